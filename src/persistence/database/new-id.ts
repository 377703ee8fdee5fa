import { TypeID, typeid } from 'typeid-js';

export type IdPrefix =
  | 'ord'
  | 'quo'
  | 'off'
  | 'evt'
  | 'ten'
  | 'era'
  | 'whe'
  | 'dlv'
  | 'aud'
  | 'opr'
  | 'ses'
  | 'not'
  | 'res'
  | 'swi'
  | 'adm'
  | 'prf'
  | 'fct'
  | 'stm'
  | 'rec'
  | 'snp'
  | 'brk'
  | 'pool';

/** A new TypeID: the prefix and a UUIDv7, so ids of one kind sort by age. */
export const newId = (prefix: IdPrefix): string => typeid(prefix).toString();

/** Every id of this kind that was made at this time or later is greater. */
export const earliestIdAt = (prefix: IdPrefix, at: Date): string => {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(at.getTime()) << 16n);
  return TypeID.fromUUIDBytes(prefix, bytes).toString();
};
