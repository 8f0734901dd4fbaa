import type { Identity, ResourcePolicySource } from '#governance/identity'
import type { ConditionKeys } from '#governance/keys'
import { BoundedCache, isLakeError, type Clock } from '#kit'

/** What a service of the lake is given when it acts in somebody's role. */
export interface ServiceSession {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiresAtMs: number
  /** Whether the role may do this, `s3:PutObject` on an ARN say; `keys` are condition keys of the question. */
  permits(action: string, resource: string, keys?: ConditionKeys): Promise<boolean>
}

export interface ServiceRole {
  readonly roleArn: string
  /** `lambda.amazonaws.com`. */
  readonly service: string
  /** For whose resource it acts: only in roles of the same account. */
  readonly accountId: string
  readonly region: string
  /** The resource, where it is known to trust policies. */
  readonly sourceArn?: string | undefined
  readonly sessionName: string
  readonly durationS: number
}

/** A session of a role; undefined when the role is not there or does not trust the service. */
export async function openServiceSession(
  identity: Pick<Identity, 'serviceSession' | 'lookup' | 'authorize'>,
  sources: Readonly<Record<string, ResourcePolicySource>>,
  role: ServiceRole,
): Promise<ServiceSession | undefined> {
  const credentials = await identity.serviceSession(role)
  if (!credentials) return undefined
  const permits: ServiceSession['permits'] = async (action, resource, keys) => {
    const known = await identity.lookup(credentials.accessKeyId)
    if (!known) return false
    const [service = '', operation = ''] = action.split(':')
    try {
      await identity.authorize({
        caller: known.caller,
        action,
        service,
        operation,
        input: {},
        accountId: role.accountId,
        region: role.region,
        resources: [resource],
        conditionKeys: keys,
        policySource: sources[service],
      })
      return true
    } catch (error) {
      if (isLakeError(error, 'AccessDenied')) return false
      throw error
    }
  }
  return { ...credentials, permits }
}

const keptBounds = { countMax: 1000 }

/**
 * Sessions that are used again until half of their time is over, for services that act often. What a role may do is asked anew each
 * time; that it does not trust the service any more is noticed after that time.
 */
export function keepServiceSessions(
  open: (role: ServiceRole) => Promise<ServiceSession | undefined>,
  clock: Clock,
): (role: ServiceRole) => Promise<ServiceSession | undefined> {
  const kept = new BoundedCache<string, ServiceSession>(keptBounds)
  return async (role) => {
    const { roleArn, service, accountId, region, sourceArn } = role
    const key = JSON.stringify([roleArn, service, accountId, region, sourceArn])
    const known = kept.get(key)
    const leftMs = (known?.expiresAtMs ?? 0) - clock.now()
    if (known && leftMs > (role.durationS * 1000) / 2) return known
    const opened = await open(role)
    if (opened) kept.set(key, opened)
    else kept.delete(key)
    return opened
  }
}
