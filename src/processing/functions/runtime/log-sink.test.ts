import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger, systemClock } from '#kit'
import { LogSink } from './log-sink.ts'

test('everything so far is written when a flush resolves, also what came as the one before ended', async () => {
  const written: string[] = []
  let last: Promise<void> | undefined
  const sink = new LogSink({
    clock: systemClock,
    log: silentLogger(),
    write: (lines) => {
      const writing = Promise.resolve()
      for (const { message } of lines) written.push(message)
      // Behind the sink itself, which waits for the same.
      queueMicrotask(() => {
        last ??= writing.then(async () => {
          sink.add('second')
          await sink.flush()
          assert.deepEqual(written, ['first', 'second'])
        })
      })
      return writing
    },
  })
  sink.add('first')
  await sink.flush()
  await last
  await sink.flush()
  sink.add('third')
  await sink.flush()
  assert.deepEqual(written, ['first', 'second', 'third'])
})
