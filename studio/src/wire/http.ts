/** Questions over HTTP: JSON in and out, and the server's own sentence when something is wrong. */

export class Refused extends Error {
  constructor(message: string, readonly status: number) {
    super(message);
  }
}

async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(path, init);
  } catch {
    throw new Refused("Continuo does not answer. Is `continuo studio` still running?", 0);
  }
  const text = await answer.text();
  let said: unknown;
  try {
    said = text ? JSON.parse(text) : {};
  } catch {
    said = {};
  }
  if (answer.ok) return said as T;
  const error = (said as { error?: string }).error;
  throw new Refused(error ?? `Continuo answered ${answer.status} to ${path}`, answer.status);
}

const json = (body: unknown): RequestInit => ({ body: JSON.stringify(body), headers: { "content-type": "application/json" } });

export const get = <T>(path: string): Promise<T> => ask<T>(path);
export const post = <T>(path: string, body?: unknown): Promise<T> => ask<T>(path, { method: "POST", ...(body === undefined ? {} : json(body)) });
export const patch = <T>(path: string, body: unknown): Promise<T> => ask<T>(path, { method: "PATCH", ...json(body) });
export const remove = <T>(path: string): Promise<T> => ask<T>(path, { method: "DELETE" });
export const upload = <T>(path: string, file: Blob): Promise<T> => ask<T>(path, { method: "POST", body: file });

/** A file made by the server for a body of ours. */
export async function made(path: string, body: unknown): Promise<Blob> {
  const answer = await fetch(path, { method: "POST", ...json(body) });
  if (answer.ok) return answer.blob();
  const said = (await answer.json().catch(() => ({}))) as { error?: string };
  throw new Refused(said.error ?? `Continuo answered ${answer.status}`, answer.status);
}

export function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export const encode = encodeURIComponent;
/** The sentence of whatever was thrown. */
export const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));
