import type { Keys } from '#governance/keys'
import type { ResourceResolver } from './authorize.ts'

/**
 * The keys that a KMS call works on, where its input names an alias or holds only cipher text: policies name keys by their
 * ARN. Undefined when the input itself tells, or when there is no such key.
 */
export function keyResources(keys: Pick<Keys, 'resolve' | 'keyOfCiphertext'>): ResourceResolver {
  return async (call) => {
    const input = (call.input ?? {}) as Readonly<Record<string, unknown>>
    const name = input['KeyId'] ?? input['SourceKeyId']
    const ciphertext = input['CiphertextBlob']
    const isName = typeof name === 'string'
    try {
      if (isName && (name.includes('alias/') || call.operation === 'ReEncrypt')) {
        return [(await keys.resolve(call, name)).arn]
      }
      if (name === undefined && ciphertext instanceof Uint8Array) {
        return [(await keys.keyOfCiphertext(ciphertext)).arn]
      }
    } catch {
      return undefined
    }
    return undefined
  }
}
