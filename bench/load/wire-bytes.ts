/** Server to client messages carry 2, 4 or 10 bytes of WebSocket head (RFC 6455 5.2). */
export const webSocketHeadBytes = (payload: number): number => (payload < 126 ? 2 : payload < 65_536 ? 4 : 10);
