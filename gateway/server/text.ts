import { ApiError } from './errors.ts';

/** Half of a surrogate pair, or NUL: JSON can say them, UTF-8 or PostgreSQL's text cannot. */
const NOT_TEXT = /[\p{Cs}\0]/u;

/** No request of ours nests half as deep. */
const MAX_DEPTH = 32;

/**
 * Refuses strings that are not text, wherever they stand in a request, and what nests so deep that no walk through it would end well.
 * @throws {ApiError} 400 that names the field
 */
export function requireText(value: unknown, field = '', depth = 0): void {
  if (typeof value === 'string') {
    if (!NOT_TEXT.test(value)) return;
    const detail = 'holds NUL or half a character, which no text may';
    throw new ApiError(400, 'The request is not valid.', { validations: [{ field, detail }] });
  }
  if (typeof value !== 'object' || value === null) return;
  if (depth > MAX_DEPTH) throw new ApiError(400, `The request is nested more than ${MAX_DEPTH} deep.`);
  for (const [key, inner] of Object.entries(value)) {
    const path = field === '' ? key : `${field}.${key}`;
    requireText(key, `${path} (its name)`);
    requireText(inner, path, depth + 1);
  }
}
