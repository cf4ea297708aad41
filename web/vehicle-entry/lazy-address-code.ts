/** Loads when there is an address to show. */
import { lazy } from 'solid-js';

export const AddressCode = lazy(async () => ({ default: (await import('./address-code.tsx')).AddressCode }));
