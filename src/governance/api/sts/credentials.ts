import type { Credentials } from '@aws-sdk/client-sts'
import type { SessionCredentials } from '#governance/identity'

export function toCredentials(session: SessionCredentials): Credentials {
  return {
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secretAccessKey,
    SessionToken: session.sessionToken,
    Expiration: new Date(session.expiresAtMs),
  }
}
