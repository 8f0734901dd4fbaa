import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { EventStreamCodec, Int64 } from '@smithy/core/event-streams'
import type { MessageHeaders } from '@smithy/types'
import { message } from './frames.ts'

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString(),
  (text) => Buffer.from(text),
)

describe('messages of an event stream', () => {
  it('are those that the codec of the SDK makes', () => {
    const headers: readonly MessageHeaders[] = [
      {},
      { ':message-type': { type: 'string', value: 'event' } },
      {
        ':event-type': { type: 'string', value: 'Ereignis – ключ' },
        number: { type: 'integer', value: -7 },
        long: { type: 'long', value: Int64.fromNumber(2 ** 40) },
        flag: { type: 'boolean', value: true },
        bytes: { type: 'binary', value: new Uint8Array([0, 255, 3]) },
        time: { type: 'timestamp', value: new Date(1_700_000_000_123) },
      },
    ]
    const bodies = ['', '{}', 'ключ 🙂', Buffer.alloc(70_000, 'body '), new Uint8Array([1, 2, 3])]
    for (const each of headers) {
      for (const body of bodies) {
        const bytes = typeof body === 'string' ? Buffer.from(body) : body
        const expected = codec.encode({ headers: each, body: bytes })
        assert.deepEqual(message(each, body), Buffer.from(expected))
      }
    }
  })
})
