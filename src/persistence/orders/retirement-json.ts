import { grams } from '../../domain/mass.js';
import type { Retirement } from '../../domain/providers/calls.js';
import {
  readList,
  readNumberOrNull,
  readObject,
  readObjectOrNull,
  readText,
  readTextOrNull,
} from '../database/json-columns.js';

/** What was retired, and what proves it, as orders keep them. */

const readMassOrNull = (value: unknown): Retirement['mass'] => {
  const mass = readNumberOrNull(value);
  return mass !== null && Number.isSafeInteger(mass) && mass > 0 ? grams(mass) : null;
};

export const readRetirement = readObject({
  project: readTextOrNull,
  registry: readTextOrNull,
  vintage: readNumberOrNull,
  mass: readMassOrNull,
  serialNumberRange: readTextOrNull,
  url: readTextOrNull,
  transactionHash: readTextOrNull,
});

export const readRetirements = readList(readRetirement);

export const readCertificate = readObjectOrNull({ url: readText, pdfUrl: readTextOrNull });
