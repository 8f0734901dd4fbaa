import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bare, inLake, scope, settings, until } from './delivery-lake.fixture.ts'

test('what the target has delivered stays in the log until the backup has it too', async () => {
  let freed = 0
  const onStep = (step: string) => void (freed += step === 'freed' ? 1 : 0)
  await inLake({ onStep }, async ({ clock, delivery, keys, text, streamLog }) => {
    const ref = { ...scope, name: 'd' }
    const { target } = settings(0)
    const backup = { ...target, prefix: 'backup/', bufferMs: 60_000 }
    const { id } = await delivery.create(ref, {
      ...bare,
      source: { kind: 'direct' },
      settings: { target, backup },
    })
    const shard = { logId: `firehose-${id}`, shardId: 'shardId-000000000000' }
    // Each fills half of a segment, so that there is something to free behind each.
    const letters = [...'abcdefghij']
    for (const [index, letter] of letters.entries()) {
      await delivery.put(ref, [Buffer.alloc(2000, letter)])
      await until(() => (freed > index ? true : undefined))
    }
    assert.equal(delivery.state(ref).target!.deliveredRecords, letters.length)
    assert.equal(await streamLog.trimHorizon(shard), 1n)

    clock.advance(61_000)
    await until(() => (freed > letters.length ? true : undefined))
    const copies = (await keys()).filter((key) => key.startsWith('backup/'))
    assert.equal(copies.length, 1)
    assert.equal(
      await text(copies[0]!),
      letters.map((letter) => `${letter.repeat(2000)} `).join(''),
    )
    assert.notEqual(await streamLog.trimHorizon(shard), 1n)
  })
})
