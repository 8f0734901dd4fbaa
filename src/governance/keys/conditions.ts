import type { EncryptionContext } from './cryptography.ts'

/** Condition keys with their values; a list may have none. */
export type ConditionKeys = Readonly<Record<string, string | readonly string[]>>

/** Of condition keys that begin so all are known, wherever a key is used. */
export const encryptionContextPrefix = 'kms:EncryptionContext:'
export const encryptionContextKeys = 'kms:EncryptionContextKeys'

/**
 * The condition keys that an encryption context gives.
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-encryption-context
 */
export function contextConditions(context: EncryptionContext): ConditionKeys {
  const named = Object.entries(context).map(([name, value]) => [
    `${encryptionContextPrefix}${name}`,
    value,
  ])
  return { ...Object.fromEntries(named), [encryptionContextKeys]: Object.keys(context) }
}

/** Those of a use of a key by a service, for somebody: `s3`, `kinesis`, `athena`. */
export function keyConditions(
  service: string,
  keyArn: string,
  context: EncryptionContext,
): ConditionKeys {
  const [, , , region = ''] = keyArn.split(':')
  return { 'kms:ViaService': `${service}.${region}.amazonaws.com`, ...contextConditions(context) }
}
