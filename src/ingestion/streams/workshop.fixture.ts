import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock, silentLogger } from '#kit'
import { openSqliteDatabase } from '#platform/database'
import { createStreams, migrations, openDiskStreamLog, type StreamLog } from './index.ts'

export const scope = { accountId: '123456789012', region: 'us-east-1' }

/** A folder with the real parts of a streams module, which may be opened again and again. */
export async function workshop() {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-streams-'))
  const clock = new ManualClock(1_700_000_000_000)
  const open = async (wrap = (real: StreamLog) => real) => {
    const path = join(folder, 'db')
    const database = await openSqliteDatabase({ path, migrations, log: silentLogger() })
    const streamLog = await openDiskStreamLog({ folder: join(folder, 'logs'), clock })
    const streams = await createStreams({ database, log: wrap(streamLog), clock })
    const close = async () => {
      await streamLog.close()
      await database.close()
    }
    return { database, streams, streamLog, [Symbol.asyncDispose]: close }
  }
  return {
    clock,
    open,
    logs: () => readdir(join(folder, 'logs')),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}
