import { apiVersion } from '../../protocol/messages/services.ts';
import { ApiError } from '../server/errors.ts';

const { major: API_MAJOR, minor: API_MINOR } = apiVersion;
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
