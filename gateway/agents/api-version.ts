import { ApiError } from '../server/errors.ts';

/** The major version of Coder's agent API that is served, with any minor. */
export const API_MAJOR = 2;
/** The newest minor that is known; newer agents are served all the same. */
export const API_MINOR = 13;
/** What an agent that names no version speaks. */
const DEFAULT_VERSION = '2.0';

/**
 * Checks the `version` parameter of an agent's upgrade.
 * @throws {ApiError} 400 in the shape that Coder's SDK reads
 */
export function checkApiVersion(version: string | null): void {
  const match = /^(\d{1,9})\.(\d{1,9})$/.exec(version ?? DEFAULT_VERSION);
  if (match === null) {
    throw unsupported(
      `invalid version ${JSON.stringify(version)}: it takes MAJOR.MINOR, like ${API_MAJOR}.${API_MINOR}`,
    );
  }
  const major = Number(match[1]);
  if (major !== API_MAJOR) {
    throw unsupported(
      `server is at version ${API_MAJOR}.${API_MINOR} and serves ${API_MAJOR}.x, not ${major}.${match[2]}`,
    );
  }
}

function unsupported(detail: string): ApiError {
  return new ApiError(400, 'Unknown or unsupported API version', { validations: [{ field: 'version', detail }] });
}
