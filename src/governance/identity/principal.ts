/**
 * Who acts: the same shape that the gateway carries as its caller.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
export interface Principal {
  readonly accountId: string
  readonly kind: 'root' | 'user' | 'role' | 'anonymous'
  readonly arn: string
  readonly userId: string
  readonly accessKeyId: string
}

export function rootArn(accountId: string): string {
  return `arn:aws:iam::${accountId}:root`
}

export function assumedRoleArn(accountId: string, role: string, sessionName: string): string {
  return `arn:aws:sts::${accountId}:assumed-role/${role}/${sessionName}`
}

/** What an access key id stands for, as the authenticator asks for it. */
export interface KnownCredential {
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly expiresAtMs?: number
  readonly caller: Principal
}
