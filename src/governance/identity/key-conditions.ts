/** Of these keys all are known, wherever a KMS key is used. */
export const encryptionContextPrefix = 'kms:EncryptionContext:'

/**
 * The condition keys that an encryption context gives.
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-encryption-context
 */
export function keyConditions(
  context: Readonly<Record<string, string>>,
): Readonly<Record<string, readonly string[]>> {
  return {
    ...Object.fromEntries(
      Object.entries(context).map(([name, value]) => [
        `${encryptionContextPrefix}${name}`,
        [value],
      ]),
    ),
    'kms:EncryptionContextKeys': Object.keys(context),
  }
}
