import assert from 'node:assert/strict'
import { appendFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { uuid } from '#kit'
import { bare, openLake, scope, settings, until } from './delivery-lake.fixture.ts'
import { directShard } from './source.ts'

test('a log that was made for a delivery stream which never came to be goes at the next start, and no other', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-delivery-'))
  try {
    const logs = async () => (await readdir(join(folder, 'log'))).toSorted()
    const ref = { ...scope, name: 'd' }
    const kept: string[] = []
    {
      await using opened = new AsyncDisposableStack()
      const { delivery, streams, streamLog } = await openLake(folder, opened, {})
      const source = { kind: 'direct' } as const
      // One that has had no record yet, and one of a stream.
      const { id } = await delivery.create(ref, { ...bare, source, settings: settings(0) })
      kept.push(directShard(id).logId)
      await streams.create(scope, { name: 's', mode: 'PROVISIONED', shardCount: 1 })
      kept.push((await streams.find(scope, { name: 's' })).logId)
      // A log with a record in it, and one that cannot be read, whose rows were lost.
      for (const isDamaged of [false, true]) {
        const lost = directShard(uuid())
        await streamLog.createShard(lost)
        await streamLog.append(lost, [{ partitionKey: 'k', data: Buffer.from('a') }])
        kept.push(lost.logId)
        if (!isDamaged) continue
        for (let n = 0; n < 3; n += 1) {
          await streamLog.append(lost, [{ partitionKey: 'k', data: Buffer.alloc(5000) }])
        }
      }
      // What a kill leaves between the log and its row, before its folder has a segment, and after.
      await streamLog.createShard(directShard(uuid()))
      await mkdir(join(folder, 'log', directShard(uuid()).logId))
      assert.equal((await logs()).length, kept.length + 2)
    }
    const damaged = join(folder, 'log', kept.at(-1)!)
    const newest = (await readdir(damaged))
      .filter((name) => name.endsWith('.seg'))
      .toSorted()
      .at(-1)!
    await rm(join(damaged, newest))
    await appendFile(join(damaged, newest), 'no segment')
    await using opened = new AsyncDisposableStack()
    const { delivery, keys, text } = await openLake(folder, opened, {})
    assert.deepEqual(await logs(), kept.toSorted())
    await delivery.put(ref, [Buffer.from('a')])
    await until(async () => ((await keys()).length > 0 ? true : undefined))
    assert.equal(await text((await keys())[0]!), 'a ')
  } finally {
    await rm(folder, { recursive: true })
  }
})
