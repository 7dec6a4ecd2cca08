/**
 * Requests to the server extension.
 */
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

/** An answer that is no success; `message` is a sentence for people. */
export class ServerError extends Error {
  constructor(
    readonly status: number,
    message: string
  ) {
    super(message);
  }
}

/** The address of an endpoint, such as `changes/diff`. */
export function endpoint(path: string): string {
  return URLExt.join(ServerConnection.makeSettings().baseUrl, 'nbhotel/api', path);
}

/** Ask an endpoint for JSON. Throws ServerError, or a network error of ServerConnection. */
export async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  const settings = ServerConnection.makeSettings();
  const response = await ServerConnection.makeRequest(endpoint(path), init, settings);
  const text = await response.text();
  let value: unknown;
  try {
    value = text ? JSON.parse(text) : null;
  } catch {
    throw new ServerError(response.status, `the server's answer is no JSON (${response.status})`);
  }
  if (!response.ok) {
    const message = (value as { message?: string } | null)?.message;
    throw new ServerError(response.status, message || response.statusText);
  }
  return value as T;
}

let known: Promise<string[]> | undefined;

/** The features that the server has; none if it has no nbhotel. */
export function features(): Promise<string[]> {
  known ??= ask<{ features: string[] }>('').then(
    about => about.features,
    () => []
  );
  return known;
}
