import { keepServiceSessions, keyPolicySource, openServiceSession } from '#governance/api/access'
import type { ResourcePolicySource } from '#governance/identity'
import type { Clock } from '#kit'
import { streamPolicySource } from '#ingestion/api/kinesis'
import { s3PolicySource } from '#storage/api/s3'
import type { Governance } from './governance.ts'
import type { Storage } from './storage.ts'
import type { Streaming } from './streaming.ts'

export type Roles = ReturnType<typeof openRoles>

/** The policies that stand at resources, by service, and the sessions of roles that services act as. */
export function openRoles(
  { identity, keys }: Governance,
  { objects }: Storage,
  { streams }: Streaming,
  clock: Clock,
) {
  const policySources: Record<string, ResourcePolicySource> = {
    s3: s3PolicySource(objects),
    kinesis: streamPolicySource(streams),
    kms: keyPolicySource(keys),
  }
  const sessions = keepServiceSessions(
    (role) => openServiceSession(identity, policySources, role),
    clock,
  )
  return { policySources, sessions }
}
