export type { Credential, CredentialSource } from './credential-source.ts'
export {
  anonymousCaller,
  createSigV4Authenticator,
  type SigV4Options,
} from './sigv4-authenticator.ts'
