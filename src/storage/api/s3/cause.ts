import type { Call } from '#protocol/aws'
import type { Cause } from '#storage/objects'

/** The request as notifications name it. */
export function causeOf({ caller, request, requestId }: Call): Cause {
  const { kind, userId } = caller
  const isEntity = kind === 'user' || kind === 'role'
  return {
    principalId: kind === 'anonymous' ? 'Anonymous' : isEntity ? `AWS:${userId}` : userId,
    sourceIp: request.remoteAddress.replace(/^::ffff:/, ''),
    requestId,
  }
}
