import { setTimeout as wait } from 'node:timers/promises'

/** A server that has not answered for so long will not. */
const patience = { silentMsMax: 120_000, everyMs: 5_000, answerMsMax: 30_000 }

/** Resolves with what is wrong when a server does not serve any more; never when it does, or when the signal is aborted. */
export async function serverTrouble(
  server: { readonly endpoint: string; hasEnded(): boolean; log(): string },
  signal: AbortSignal,
  { silentMsMax, everyMs, answerMsMax } = patience,
): Promise<string> {
  let answeredMs = performance.now()
  let databaseMs = performance.now()
  for (;;) {
    await wait(everyMs, undefined, { signal })
    if (server.hasEnded()) return 'the server has ended'
    const answers = await fetch(`${server.endpoint}/_boathouse/health`, {
      signal: AbortSignal.timeout(answerMsMax),
    }).then(
      ({ ok }) => ok,
      () => false,
    )
    const nowMs = performance.now()
    if (answers) answeredMs = nowMs
    // What the server says of a database that stands, and then of one that goes on.
    const log = server.log()
    const stands = log.lastIndexOf('the database has not answered for long')
    if (stands < 0 || log.indexOf('the database answers again', stands) > 0) databaseMs = nowMs
    const silentMs = nowMs - Math.min(answeredMs, databaseMs)
    if (silentMs < silentMsMax) continue
    const what = answeredMs < databaseMs ? 'the server' : "the server's database"
    return `${what} has not answered for ${Math.round(silentMs / 1000)} s`
  }
}
