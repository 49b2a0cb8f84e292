/** The gateway's answer was not a success; `status` 0 means that there was no answer. */
export class ApiFailure extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'ApiFailure';
    this.status = status;
  }
}

type Method = 'GET' | 'POST' | 'DELETE';

/**
 * One request to the gateway's HTTP API; the session cookie goes with it.
 *
 * @throws ApiFailure with the gateway's own sentence
 */
export async function request<T>(method: Method, path: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api/v2/${path}`, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
  } catch {
    throw new ApiFailure(0, 'The gateway did not answer.');
  }
  const text = await response.text();
  const answer = parse(text);
  if (!response.ok)
    throw new ApiFailure(response.status, messageOf(answer) ?? `The gateway answered ${response.status}.`);
  return answer as T;
}

/** Whether the gateway says that its database is away; false also where there is no gateway to say so. */
export async function databaseAway(): Promise<boolean> {
  try {
    const { checks } = (await (await fetch('/readyz')).json()) as { checks?: { database?: string } };
    return checks?.database === 'unavailable';
  } catch {
    return false;
  }
}

function parse(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

function messageOf(answer: unknown): string | null {
  if (typeof answer !== 'object' || answer === null || !('message' in answer)) return null;
  const { message, validations } = answer as { message: unknown; validations?: { field: string; detail: string }[] };
  const details = validations?.map(({ field, detail }) => `${field} ${detail}`).join('; ');
  return details ? `${message} ${details}` : String(message);
}
