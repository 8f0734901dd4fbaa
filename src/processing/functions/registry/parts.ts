import type { Clock } from '#kit'
import type { Database } from '#platform/database'
import type { CodeStore } from '../code/code-store.ts'
import type { FunctionVersion } from '../records.ts'

/** What the registry of functions works with. */
export interface RegistryParts {
  readonly database: Database
  readonly clock: Clock
  readonly code: CodeStore
  /** Whether a role lets Lambda act in it for an account. */
  readonly mayAssume: (roleArn: string, accountId: string) => Promise<boolean>
  /** Told of a committed change: processes of versions that `isStale` names are not used again. */
  readonly retire: (isStale: (version: FunctionVersion) => boolean) => void
}
