import { isContainer, placeOf } from './field-path.js';
import { isJsonObject, type SimulatedResponse } from './http-messages.js';

type Json = unknown;

const edited = (response: SimulatedResponse, edit: (body: Json) => void): SimulatedResponse => {
  if (response.body === '') return response;
  const body: Json = JSON.parse(response.body);
  edit(body);
  return { ...response, body: JSON.stringify(body) };
};

/** Changes the field at a dotted path (`data.0.amount_kg`). A path that leads nowhere changes nothing. */
export const withField = (response: SimulatedResponse, path: string, value: unknown): SimulatedResponse =>
  edited(response, (body) => {
    const place = placeOf(body, path);
    if (place) place.holder[place.name] = value;
  });

export const withoutField = (response: SimulatedResponse, path: string): SimulatedResponse =>
  edited(response, (body) => {
    const place = placeOf(body, path);
    if (place) delete place.holder[place.name];
  });

/** Shows the first row of a list twice. */
export const withDuplicateRow = (response: SimulatedResponse): SimulatedResponse =>
  edited(response, (body) => {
    const rows = rowsOf(body);
    if (rows.length > 0) rows.splice(1, 0, rows[0]);
  });

/** Replaces every status in the response, nested ones and those of list rows included. */
export const withStatusWord = (response: SimulatedResponse, statusField: string, word: string): SimulatedResponse =>
  edited(response, (body) => replaceEverywhere(body, statusField, word));

/** The ids in a list response, read from `idField` of each row. */
export const listedIds = (response: SimulatedResponse, idField: string): string[] => {
  if (response.body === '') return [];
  return rowsOf(JSON.parse(response.body)).flatMap((row) => (isJsonObject(row) ? [String(row[idField])] : []));
};

const rowsOf = (body: Json): Json[] => {
  const rows = isJsonObject(body) ? body['data'] : body;
  return Array.isArray(rows) ? (rows as Json[]) : [];
};

const replaceEverywhere = (value: Json, field: string, word: string): void => {
  if (!isContainer(value)) return;
  for (const [name, inner] of Object.entries(value)) {
    if (name === field && typeof inner === 'string') value[name] = word;
    else replaceEverywhere(inner, field, word);
  }
};
