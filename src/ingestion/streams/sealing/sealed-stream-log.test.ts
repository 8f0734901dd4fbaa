import assert from 'node:assert/strict'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { ManualClock, isLakeError, silentLogger } from '#kit'
import { openSqliteDatabase, type Database } from '#platform/database'
import { openDiskStreamLog } from '../disk/disk-stream-log.ts'
import { StreamErrors } from '../errors.ts'
import { migrations } from '../migrations.ts'
import { streamLogContract } from '../stream-log.contract.ts'
import { LogKeys, type KmsKeys } from './log-keys.ts'
import { sealedStreamLog } from './sealed-stream-log.ts'

/** Keys that can be switched off; what they seal is told from what they were given. */
class SwitchedKms implements KmsKeys {
  isOff = false
  arnOf: KmsKeys['arnOf'] = async (_, name) => name
  seal: KmsKeys['seal'] = async (_, plain) => this.#flip(plain)
  unseal: KmsKeys['unseal'] = async (_, sealed) => this.#flip(sealed)

  #flip(bytes: Uint8Array): Uint8Array {
    if (this.isOff) throw StreamErrors.KmsDisabled('the key is disabled')
    return bytes.map((byte) => byte ^ 0xff)
  }
}

const shard = { logId: 'orders', shardId: 'shardId-000000000000' }
const all = { after: 0n, limitRecords: 10_000, limitBytes: 1e9 }
const text = 'a text that stands nowhere else'
const record = (data: string) => ({ partitionKey: 'k', data: Buffer.from(data) })

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-sealed-'))
  try {
    await work(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function open(folder: string, clock: ManualClock, kms: KmsKeys) {
  const database = await openSqliteDatabase({
    path: join(folder, 'lake.db'),
    migrations,
    log: silentLogger(),
  })
  const keys = await LogKeys.open({ database, kms, clock })
  const disk = await openDiskStreamLog({ folder: join(folder, 'log'), clock })
  const log = sealedStreamLog(disk, keys)
  const close = async () => {
    await log.close()
    await database.close()
  }
  return { log, keys, database, close }
}

async function bytesIn(folder: string): Promise<Buffer> {
  const names = await readdir(join(folder, 'log', shard.logId))
  const files = names.map((name) => readFile(join(folder, 'log', shard.logId, name)))
  return Buffer.concat(await Promise.all(files))
}

streamLogContract('disk, sealed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-sealed-'))
  let database: Database | undefined
  return {
    open: async (clock) => {
      await database?.close()
      const opened = await open(folder, clock, new SwitchedKms())
      database = opened.database
      await opened.keys.set(shard.logId, 'arn')
      return opened.log
    },
    [Symbol.asyncDispose]: async () => {
      await database?.close()
      await rm(folder, { recursive: true })
    },
  }
})

describe('a log that is sealed', () => {
  it('has none of what was put into it on the disk, and gives it back, also opened again', () =>
    withFolder(async (folder) => {
      const clock = new ManualClock(1_700_000_000_000)
      const first = await open(folder, clock, new SwitchedKms())
      await first.log.createShard(shard)
      await first.log.append(shard, [record(`before ${text}`)])
      await first.keys.set(shard.logId, 'arn:one')
      await first.log.append(shard, [record(text), record('')])
      clock.advance(2 * 3_600_000)
      await first.log.append(shard, [record(text)])
      await first.keys.set(shard.logId, undefined)
      await first.log.append(shard, [record('after')])
      await first.close()
      const bytes = await bytesIn(folder)
      assert.equal(bytes.indexOf(text), bytes.lastIndexOf(text), 'only the one from before')
      const again = await open(folder, clock, new SwitchedKms())
      const read = await again.log.read(shard, all)
      assert.deepEqual(
        read.map(({ data, kmsKeyArn }) => [Buffer.from(data).toString(), kmsKeyArn]),
        [
          [`before ${text}`, undefined],
          [text, 'arn:one'],
          ['', 'arn:one'],
          [text, 'arn:one'],
          ['after', undefined],
        ],
      )
      await again.close()
    }))

  it('stops within five minutes of its key being disabled, and goes on when it is enabled', () =>
    withFolder(async (folder) => {
      const clock = new ManualClock(1_700_000_000_000)
      const kms = new SwitchedKms()
      const { log, keys, close } = await open(folder, clock, kms)
      await log.createShard(shard)
      await keys.set(shard.logId, 'arn:one')
      await log.append(shard, [record('a')])
      kms.isOff = true
      clock.advance(300_000)
      const isDisabled = (error: unknown) => isLakeError(error, 'KmsDisabled')
      await assert.rejects(async () => log.append(shard, [record('b')]), isDisabled)
      await assert.rejects(log.read(shard, all), isDisabled)
      kms.isOff = false
      await log.append(shard, [record('c')])
      const read = await log.read(shard, all)
      assert.deepEqual(
        read.map(({ data }) => String(data)),
        ['a', 'c'],
      )
      await close()
    }))

  it('refuses what was moved to another shard', () =>
    withFolder(async (folder) => {
      const clock = new ManualClock(1_700_000_000_000)
      const { log, keys, close } = await open(folder, clock, new SwitchedKms())
      const other = { ...shard, shardId: 'shardId-000000000001' }
      await log.createShard(shard)
      await log.createShard(other)
      await keys.set(shard.logId, 'arn:one')
      await log.append(shard, [record('a')])
      await close()
      const disk = await openDiskStreamLog({ folder: join(folder, 'log'), clock })
      await disk.append(other, await disk.read(shard, all))
      await disk.close()
      const again = await open(folder, clock, new SwitchedKms())
      await assert.rejects(again.log.read(other, all), (error) =>
        isLakeError(error, 'LogCorrupted'),
      )
      await again.close()
    }))
})
