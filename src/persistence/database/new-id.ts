import { typeid } from 'typeid-js';

export type IdPrefix = 'ord' | 'quo' | 'off' | 'evt' | 'ten' | 'era' | 'whe';

/** A new TypeID: the prefix and a UUIDv7, so ids of one kind sort by age. */
export const newId = (prefix: IdPrefix): string => typeid(prefix).toString();
