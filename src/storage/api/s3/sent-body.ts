import type { Readable } from 'node:stream'
import { givenAway } from '#kit'
import type { ByteSource } from '#storage/objects'

/** The body of a request for the store: it may free what it has taken. */
export function sentBody(body: unknown): ByteSource {
  if (body === undefined) return []
  const source = body as Readable & Pick<Extract<ByteSource, { whole?: unknown }>, 'whole'>
  return source.whole ? source : givenAway(source)
}
