/** The addresses a credential may come from: single addresses and CIDR blocks, IPv4 and IPv6. */
import { BlockList, isIP } from 'node:net';

export type AddressMatcher = (address: string) => boolean;

/**
 * An empty list allows every address. An entry that cannot be read allows nobody: a typing error closes the door
 * rather than opening it. IPv4 in IPv6 (`::ffff:10.0.0.1`) counts as IPv4.
 */
export function compileAddressList(addresses: readonly string[]): AddressMatcher {
  if (addresses.length === 0) return () => true;
  const list = new BlockList();
  for (const entry of addresses) {
    const [network = '', prefixText, ...rest] = entry.trim().split('/');
    const version = isIP(network);
    if (version === 0 || rest.length > 0) continue;
    const family = version === 4 ? 'ipv4' : 'ipv6';
    const bits = version === 4 ? 32 : 128;
    const prefix = prefixText === undefined ? bits : /^\d{1,3}$/.test(prefixText) ? Number(prefixText) : Number.NaN;
    if (prefix >= 0 && prefix <= bits) list.addSubnet(network, prefix, family);
  }
  return (address) => {
    const version = isIP(address);
    return version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6');
  };
}
