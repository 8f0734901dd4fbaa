import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestBytesMax } from '../invoke.ts'
import { scope, shardId } from './mappings.fixture.ts'
import {
  inWindows,
  minuteMs,
  pastMs,
  startMs,
  tumblingMs,
  type Event,
  type Seen,
} from './tumbling-window.fixture.ts'
import { readWindow, stateIn, windowAt } from './tumbling-window.ts'

// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html

test('a state goes from call to call, and to one without records when the time of its window is over', async () => {
  const events: Event[] = []
  const answer = (_: Seen, state: object, event: Event) => {
    events.push(event)
    return { state }
  }
  await inWindows(async ({ create, put, clock, calls, mappings }) => {
    const { mapping } = await create({ tumblingMs, batchSize: 2 })
    await put(['a', 'b', 'c'])
    await calls(2)
    clock.advance(minuteMs - 1)
    await put(['d'])
    await calls(3)
    clock.advance(pastMs)
    assert.deepEqual(await calls(4), [
      '14-15 [a b] {}',
      '14-15 [c] {a b}',
      '14-15 [d] {a b c}',
      '14-15 [] {a b c d} end',
    ])
    // Silence opens no window.
    clock.advance(10 * minuteMs)
    await put(['e'])
    assert.equal((await calls(5))[4], '26-27 [e] {}')
    const { Records: _, ...first } = events[0]!
    assert.deepEqual(first, {
      window: { start: '2023-11-14T22:14:00Z', end: '2023-11-14T22:15:00Z' },
      state: {},
      shardId,
      eventSourceARN: mapping.sourceArn,
      isFinalInvokeForWindow: false,
      isWindowTerminatedEarly: false,
    })
    assert.deepEqual(events[3]!.Records, [])
    assert.equal((await mappings.get(scope, mapping.id)).lastResult, 'OK')
  }, answer)
})

test('a batch never crosses the end of a window, whatever waits', async () => {
  await inWindows(async ({ create, put, clock, calls }) => {
    await put(['a', 'b'])
    clock.advance(minuteMs - 1)
    await put(['c'])
    clock.advance(1)
    await put(['d'])
    clock.advance(2 * minuteMs)
    await put(['e'])
    await create({ tumblingMs, windowMs: 300_000 })
    assert.deepEqual(await calls(4), [
      '14-15 [a b c] {}',
      '14-15 [] {a b c} end',
      '15-16 [d] {}',
      '15-16 [] {d} end',
    ])
    // The wait for a full batch ends with the window.
    clock.advance(pastMs)
    assert.deepEqual((await calls(6)).slice(4), ['17-18 [e] {}', '17-18 [] {e} end'])
  })
})

test('the state of an answer is an object that a call can bring', () => {
  const of = (answer: unknown) => stateIn(Buffer.from(JSON.stringify(answer)))
  assert.deepEqual(of({ state: {} }), {})
  assert.deepEqual(of({ state: { a: [1] }, batchItemFailures: [] }), { a: [1] })
  for (const state of [
    undefined,
    null,
    [1],
    'text',
    1,
    { a: 'x'.repeat(requestBytesMax - 4096) },
  ]) {
    assert.equal(of({ state }), undefined)
  }
  for (const answer of [null, [], 'text', 1]) assert.equal(of(answer), undefined)
  for (const text of ['', '{"state":1.0}']) assert.equal(stateIn(Buffer.from(text)), undefined)
})

test('numbers of a state stay as the function wrote them', () => {
  const text = '{"a":12345678901234567890,"b":[1.0,-0,2e3,1]}'
  const state = stateIn(Buffer.from(`{"state":${text}}`))!
  assert.equal(JSON.stringify(state), text)
  const kept = readWindow(JSON.stringify({ ...windowAt(startMs, tumblingMs), state }))
  assert.equal(JSON.stringify(kept.state), text)
  assert.deepEqual([kept.startMs, kept.endMs], [startMs, startMs + minuteMs])
})

test('a call that fails, or answers without a state, is made again with the state that it had', async () => {
  let tries = 0
  const wrong = [null, { batchItemFailures: [] }]
  const answer = ({ texts }: Seen, state: object) =>
    texts[0] === 'b' && tries < wrong.length ? wrong[tries++] : { state }
  await inWindows(async ({ create, put, clock, calls }) => {
    await create({ tumblingMs, batchSize: 1 })
    await put(['a', 'b', 'c'])
    const all = await calls(wrong.length + 3)
    clock.advance(pastMs)
    assert.deepEqual(all, [
      '14-15 [a] {}',
      ...wrong.map(() => '14-15 [b] {a}'),
      '14-15 [b] {a}',
      '14-15 [c] {a b}',
    ])
    assert.equal((await calls(wrong.length + 4)).at(-1), '14-15 [] {a b c} end')
  }, answer)
})

test('what is given up leaves the state as it was', async () => {
  const answer = ({ texts }: Seen, state: object) => (texts.includes('bad') ? {} : { state })
  await inWindows(async ({ create, put, clock, calls }) => {
    await create({ tumblingMs, retriesMax: 0, bisects: true })
    await put(['a', 'bad', 'c', 'd'])
    const bisected = [
      '14-15 [a bad c d] {}',
      '14-15 [a bad] {}',
      '14-15 [a] {}',
      '14-15 [bad] {a}',
      '14-15 [c d] {a}',
    ]
    assert.deepEqual(await calls(5), bisected)
    clock.advance(pastMs)
    assert.deepEqual(await calls(6), [...bisected, '14-15 [] {a c d} end'])
  }, answer)
})

test('the state of an answer that reports failures counts for the records before the first of them', async () => {
  let tries = 0
  const answer = (call: Seen, state: object, { Records }: Event) => {
    if (call.texts[0] === 'c' && tries++ === 0) {
      return { state: { all: 'wrong' }, batchItemFailures: [{ itemIdentifier: 'nobody' }] }
    }
    const at = call.texts.indexOf('c')
    if (at <= 0) return { state, batchItemFailures: [] }
    const failed = { itemIdentifier: Records[at]!.kinesis.sequenceNumber }
    return { state: { all: call.texts.slice(0, at).join(' ') }, batchItemFailures: [failed] }
  }
  await inWindows(async ({ create, put, clock, calls }) => {
    await create({ tumblingMs, reportsFailures: true })
    await put(['a', 'b', 'c', 'd'])
    const all = ['14-15 [a b c d] {}', '14-15 [c d] {a b}', '14-15 [c d] {a b}']
    assert.deepEqual(await calls(3), all)
    clock.advance(pastMs)
    assert.deepEqual(await calls(4), [...all, '14-15 [] {a b c d} end'])
  }, answer)
})

test('a state of more than 1 MB ends its window early, which goes on without one', async () => {
  const answer = ({ texts }: Seen, state: object) => {
    if (texts.includes('b')) return { state: { ...state, large: 'x'.repeat(1024 * 1024) } }
    return { state }
  }
  await inWindows(async ({ create, put, clock, calls, seen }) => {
    await create({ tumblingMs, batchSize: 1 })
    await put(['a', 'b', 'c'])
    const all = ['14-15 [a] {}', '14-15 [b] {a}', '14-15 [] {a b} early', '14-15 [c] {}']
    assert.deepEqual(await calls(4), all)
    assert.ok(seen[2]!.isFinal && 'large' in seen[2]!.state)
    clock.advance(pastMs)
    assert.deepEqual(await calls(5), [...all, '14-15 [] {c} end'])
  }, answer)
})

test('a record that no call can hold beside the state ends the window early', async () => {
  const padded = 'x'.repeat(1_000_000)
  await inWindows(
    async ({ create, put, streams, seen, calls }) => {
      await streams.change(scope, { name: 's' }, () => ({ record_size_kib_max: 10_240 }))
      await create({ tumblingMs, batchSize: 1 })
      await put(['a', 'y'.repeat(4_300_000)])
      await calls(3)
      assert.deepEqual(
        seen.map(({ texts, isEarly }) => `${texts.map((text) => text[0]).join()} ${isEarly}`),
        ['a false', ' true', 'y false'],
      )
      assert.deepEqual(seen[2]!.state, {})
    },
    () => ({ state: { padded } }),
  )
})

test('a shard that is closed ends its window, and its children begin without a state', async () => {
  await inWindows(async ({ create, put, streams, calls, clock }) => {
    await create({ tumblingMs })
    await put(['a'])
    await calls(1)
    await streams.reshard.split(scope, { name: 's' }, { shardId, newStartingHashKey: 2n ** 127n })
    assert.equal((await calls(2))[1], '14-15 [] {a} end')
    clock.advance(2000)
    await put(['b'])
    assert.equal((await calls(3))[2], '14-15 [b] {}')
  })
})

test('the state is kept while a mapping is off; another length of windows ends the one that is open', async () => {
  await inWindows(async ({ create, put, mappings, calls, clock }) => {
    const { mapping } = await create({ tumblingMs })
    const change = (own: object) =>
      mappings.update(scope, mapping.id, ({ settings }) => ({ ...settings, ...own }))
    await put(['a'])
    await calls(1)
    await change({ enabled: false })
    await put(['b'])
    await change({ enabled: true })
    assert.equal((await calls(2))[1], '14-15 [b] {a}')
    await change({ tumblingMs: 5 * minuteMs })
    assert.equal((await calls(3))[2], '14-15 [] {a b} early')
    await put(['c'])
    assert.equal((await calls(4))[3], '10-15 [c] {}')
    // Of lanes the first ends it.
    await change({ enabled: false })
    await change({ enabled: true, tumblingMs: minuteMs, parallelization: 2 })
    clock.advance(minuteMs)
    assert.equal((await calls(5))[4], '10-15 [] {c} early')
  })
})

test('a clock that is set back leaves a window open until it has come up to its end, and one set forward ends it', async () => {
  await inWindows(async ({ create, put, clock, calls }) => {
    await create({ tumblingMs, batchSize: 1 })
    await put(['a'])
    await calls(1)
    // The time of a shard stands still until the clock has caught up.
    clock.advance(-60 * minuteMs)
    await put(['b'])
    await calls(2)
    clock.advance(60 * minuteMs)
    await put(['c'])
    await calls(3)
    clock.advance(120 * minuteMs)
    await put(['d'])
    assert.deepEqual(await calls(5), [
      '14-15 [a] {}',
      '14-15 [b] {a}',
      '14-15 [c] {a b}',
      '14-15 [] {a b c} end',
      '14-15 [d] {}',
    ])
    clock.advance(-60 * minuteMs)
    await put(['e'])
    clock.advance(120 * minuteMs)
    assert.deepEqual((await calls(7)).slice(5), ['14-15 [e] {d}', '14-15 [] {d e} end'])
  })
})
