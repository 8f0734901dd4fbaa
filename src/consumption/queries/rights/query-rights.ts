import type { ConditionKeys } from '#governance/keys'
import { objectArn } from '#storage/objects'
import { failed } from '../planning/failure.ts'
import { parseLocation } from '../planning/location.ts'

/** What whoever sent a statement may do: https://docs.aws.amazon.com/athena/latest/ug/security-iam-athena.html */
export interface QueryRights {
  /** The ARN that refusals name. */
  readonly caller: string
  /** Whether an action is allowed on a resource (an ARN), `s3:GetObject` say. */
  permits(action: string, resource: string, keys?: ConditionKeys): Promise<boolean>
}

const services: Readonly<Record<string, string>> = {
  s3: 'Amazon S3; Status Code: 403; Error Code: AccessDenied',
  kms: 'AWSKMS; Status Code: 400; Error Code: AccessDeniedException',
  glue: 'AmazonDataCatalog; Status Code: 400; Error Code: AccessDeniedException',
}

/** Each of the resources must be allowed. Error: `ExecutionFailed`, PERMISSION_DENIED. */
export async function requireRight(
  rights: QueryRights,
  action: string,
  ...resources: readonly string[]
): Promise<void> {
  for (const resource of resources) await requireOn(rights, action, resource)
}

/** The same of one resource, with condition keys of its own. */
export async function requireOn(
  rights: QueryRights,
  action: string,
  resource: string,
  keys?: ConditionKeys,
): Promise<void> {
  if (await rights.permits(action, resource, keys)) return
  const [service = ''] = action.split(':')
  throw failed(
    'PERMISSION_DENIED',
    `User: ${rights.caller} is not authorized to perform: ${action} on resource: ${resource} (Service: ${services[service]})`,
  )
}

/** Of all that may lie in a folder (its location). */
export function filesArn(folder: string): string {
  const { bucket, prefix } = parseLocation(folder)!
  return objectArn(bucket, `${prefix}*`)
}
