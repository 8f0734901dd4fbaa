import { contextConditions, encryptionContextPrefix } from '#governance/keys'
import { ConditionContext } from './context.ts'
import { policySays } from './decide.ts'
import { parsePolicy } from './document.ts'

export interface ServiceCall {
  /** `s3.amazonaws.com`. */
  readonly service: string
  /** `lambda:InvokeFunction`. */
  readonly action: string
  readonly resource: string
  /** On whose behalf the service calls: a bucket, say. */
  readonly sourceArn: string
  readonly sourceAccountId: string
  /** Of a KMS key. */
  readonly encryptionContext?: Readonly<Record<string, string>>
}

/**
 * Whether the policy that stands at a resource lets a service of the lake do something with it. A policy that cannot be read does not.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export function letsService(policyText: string, call: ServiceCall): boolean {
  const { service, action, resource, sourceArn, sourceAccountId } = call
  const context = new ConditionContext()
    .set('aws:SourceArn', sourceArn)
    .set('aws:SourceAccount', sourceAccountId)
    .set('aws:PrincipalIsAWSService', 'true')
    .set('aws:PrincipalServiceName', service)
  for (const [key, value] of Object.entries(contextConditions(call.encryptionContext ?? {}))) {
    context.set(key, ...[value].flat())
  }
  if (call.encryptionContext) context.withKnownPrefix(encryptionContextPrefix)
  const names = { type: 'Service', own: [service], account: [] } as const
  try {
    const said = policySays(parsePolicy(policyText, 'key'), names, { action, resource, context })
    return said !== undefined && said !== 'deny'
  } catch {
    return false
  }
}
