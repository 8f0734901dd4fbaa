import type { Keys } from '#governance/keys'
import type { AuthorizationRequest } from '#protocol/aws'

/**
 * ARNs of the keys that a KMS call works on, where its input does not hold them itself; undefined when it does, or when
 * there is no such key.
 */
export async function keyResources(
  keys: Pick<Keys, 'resolve' | 'keyOfCiphertext'>,
  call: AuthorizationRequest,
): Promise<readonly string[] | undefined> {
  const input = (call.input ?? {}) as Readonly<Record<string, unknown>>
  const name = input['KeyId'] ?? input['SourceKeyId']
  const ciphertext = input['CiphertextBlob']
  try {
    if (typeof name === 'string' && (name.includes('alias/') || call.operation === 'ReEncrypt')) {
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
