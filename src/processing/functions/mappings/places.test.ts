import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import { poll } from '#test/harness'
import { inLake, scope } from './mappings.fixture.ts'
import { inWindows, minuteMs, pastMs, tumblingMs } from './tumbling-window.fixture.ts'

test('with other lanes than before all go on where the slowest was', async () => {
  assert.notEqual(crc32('a') % 2, crc32('d') % 2)
  const held = Promise.withResolvers<void>()
  const seen: string[] = []
  const call = async ([text]: readonly string[]) => {
    seen.push(text!)
    if (text === 'a1') await held.promise
  }
  await inLake(call, async ({ create, put, mappings }) => {
    const { mapping } = await create({ parallelization: 2, batchSize: 1 })
    await put(['a1', 'a2', 'd1', 'd2'])
    await poll('the quick lane', () => seen.includes('a1') && seen.includes('d2'))
    await mappings.update(scope, mapping.id, ({ settings }) => ({
      ...settings,
      parallelization: 1,
    }))
    held.resolve()
    await put(['d3'])
    await poll('the last', () => seen.includes('d3'))
    const ofSlow = seen.filter((text) => text.startsWith('a'))
    assert.deepEqual([...new Set(ofSlow)], ['a1', 'a2'])
  })
})

test('a window that was ended is not ended again when the mapping has been off', async () => {
  await inWindows(async ({ create, put, mappings, calls, clock }) => {
    const { mapping } = await create({ tumblingMs })
    const turn = (enabled: boolean) =>
      mappings.update(scope, mapping.id, ({ settings }) => ({ ...settings, enabled }))
    await put(['a'])
    await calls(1)
    clock.advance(pastMs)
    await calls(2)
    await turn(false)
    await turn(true)
    clock.advance(minuteMs)
    await put(['b'])
    assert.deepEqual(await calls(3), ['14-15 [a] {}', '14-15 [] {a} end', '16-17 [b] {}'])
  })
})
