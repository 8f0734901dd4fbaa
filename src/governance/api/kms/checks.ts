import { parsePolicy } from '#governance/identity'
import { AwsError } from '#protocol/aws'

/** Only AES-GCM under a symmetric key is done here. */
export function requireSymmetric(algorithm: string | undefined): void {
  if (algorithm === undefined || algorithm === 'SYMMETRIC_DEFAULT') return
  throw new AwsError({
    name: 'InvalidKeyUsageException',
    status: 400,
    message: `Algorithm ${algorithm} is incompatible with key spec SYMMETRIC_DEFAULT.`,
  })
}

/** Refuses what is not there to be simulated: dry runs, grants, enclaves. */
export function refuseUnsupported(members: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(members)) {
    if (value === undefined || value === false) continue
    if (Array.isArray(value) && value.length === 0) continue
    throw new AwsError({
      name: 'UnsupportedOperationException',
      status: 400,
      message: `${name} is not supported here.`,
    })
  }
}

/** An alias that a user may make or change. */
export function checkAliasName(name: string): void {
  if (!name.startsWith('alias/') || name === 'alias/') {
    throw new AwsError({
      name: 'ValidationException',
      status: 400,
      message:
        'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
    })
  }
  if (name.startsWith('alias/aws/')) {
    throw new AwsError({
      name: 'NotAuthorizedException',
      status: 400,
      message: 'Aliases that start with alias/aws/ are reserved for AWS.',
    })
  }
}

/**
 * A key policy that can be read, and that leaves somebody of the account the right to change it, unless that check is waived.
 * Errors: `MalformedPolicy`, `MalformedPolicyDocumentException`.
 */
export function checkKeyPolicy(document: string, accountId: string, waive: boolean): void {
  const policy = parsePolicy(document, 'key')
  if (waive) return
  const keepsControl = policy.statements.some(
    ({ effect, actions, principals }) =>
      effect === 'Allow' &&
      !actions.not &&
      actions.list.some((action) => /^(?:\*|kms:(?:\*|Put\*|PutKeyPolicy))$/i.test(action)) &&
      principals?.list.some(([, value]) => value === '*' || value.includes(accountId)),
  )
  if (keepsControl) return
  throw new AwsError({
    name: 'MalformedPolicyDocumentException',
    status: 400,
    message: 'The new key policy will not allow you to update the key policy in the future.',
  })
}
