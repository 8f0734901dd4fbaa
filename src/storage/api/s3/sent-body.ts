import type { Readable } from 'node:stream'
import { givenAway } from '#kit'
import type { ByteSource } from '#storage/objects'

type Sent = Readable & Pick<Extract<ByteSource, AsyncIterable<Uint8Array>>, 'whole' | 'takeCheck'>

/** The body of a request for the store: it may free what it has taken. */
export function sentBody(body: unknown): ByteSource {
  if (body === undefined) return []
  const source = body as Sent
  if (source.whole) return source
  const chunks = givenAway(source)
  if (!source.takeCheck) return chunks
  return Object.assign(chunks, { takeCheck: () => source.takeCheck!() })
}
