import { type Logger, isLakeError, sleep } from '#kit'

const triesMax = 60

/**
 * Saves how an execution ended, again and again while the database cannot: nobody else would, and whoever waits for the end would wait for
 * good. Gives up with the last error after a minute or when the server stops; the next server says then how it ended.
 */
export async function untilSaved(
  save: () => Promise<void>,
  parts: { readonly log: Logger; readonly isStopping: () => boolean; readonly pauseMs?: number },
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await save()
    } catch (error) {
      const isDatabases = isLakeError(error) && ['internal', 'throttled'].includes(error.kind)
      if (!isDatabases || tries === triesMax || parts.isStopping()) throw error
      parts.log.error({ err: error }, 'the end of a query could not be saved; trying again')
      await sleep(parts.pauseMs ?? 1000)
    }
  }
}
