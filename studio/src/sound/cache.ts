/** Instruments that were decoded once, kept by the browser: the next opening is quicker. */

const NAME = "continuo-instruments-1";

/** Which bank the server has now; empty: unknown, and nothing is kept. */
export async function bankMark(): Promise<string> {
  try {
    const answer = await fetch("/bank.sf3", { method: "HEAD" });
    const tag = answer.headers.get("etag") ?? answer.headers.get("content-length") ?? "";
    return answer.ok ? tag.replace(/[^\w-]/g, "") : "";
  } catch {
    return "";
  }
}

const address = (mark: string, name: string): string => `/decoded/${mark}/${name}`;

export async function kept(mark: string, name: string): Promise<ArrayBuffer | undefined> {
  if (!mark) return undefined;
  try {
    const cache = await caches.open(NAME);
    return await (await cache.match(address(mark, name)))?.arrayBuffer();
  } catch {
    return undefined;
  }
}

/** Keep it; what belongs to another bank goes. */
export async function keep(mark: string, name: string, bank: ArrayBuffer): Promise<void> {
  if (!mark) return;
  try {
    const cache = await caches.open(NAME);
    for (const request of await cache.keys()) if (!new URL(request.url).pathname.startsWith(`/decoded/${mark}/`)) await cache.delete(request);
    await cache.put(address(mark, name), new Response(bank));
  } catch { /* no room: it is decoded again the next time */ }
}
