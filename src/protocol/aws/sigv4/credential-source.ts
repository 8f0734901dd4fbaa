import type { Caller } from '../operation.ts'

/** What an access key id stands for. */
export interface Credential {
  readonly secretAccessKey: string
  /** Set for temporary credentials: the request must carry exactly this token. */
  readonly sessionToken?: string
  /** Epoch milliseconds; temporary credentials are refused from then on. */
  readonly expiresAtMs?: number
  readonly caller: Caller
}

/** Where the authenticator finds secrets. Implemented by the identity module. */
export interface CredentialSource {
  /** Undefined for keys that are not there or not active. Called for every request: keep it fast. */
  lookup(accessKeyId: string): Credential | undefined | Promise<Credential | undefined>
}
