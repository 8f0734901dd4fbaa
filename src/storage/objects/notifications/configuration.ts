/** A notification configuration as PutBucketNotificationConfiguration stores it. */
export interface NotificationRules {
  readonly LambdaFunctionConfigurations?: readonly LambdaRule[]
}

interface LambdaRule {
  readonly Id: string
  readonly LambdaFunctionArn: string
  readonly Events: readonly string[]
  readonly Filter?: { readonly Key?: { readonly FilterRules?: readonly FilterRule[] } }
}

interface FilterRule {
  readonly Name?: string
  readonly Value?: string
}

/** Where an event goes, and the configuration that says so. */
export interface Route {
  readonly configurationId: string
  readonly destinationArn: string
}

/** Whether a configuration, as JSON, sends events anywhere. */
export function sendsEvents(json: string): boolean {
  const { LambdaFunctionConfigurations: rules } = JSON.parse(json) as NotificationRules
  return (rules?.length ?? 0) > 0
}

/** The rules that an event fits. `eventName` is whole: `s3:ObjectCreated:Put`. */
export function routesOf(json: string, eventName: string, key: string): readonly Route[] {
  const { LambdaFunctionConfigurations: rules = [] } = JSON.parse(json) as NotificationRules
  return rules
    .filter((rule) => rule.Events.some((event) => covers(event, eventName)))
    .filter((rule) => (rule.Filter?.Key?.FilterRules ?? []).every((filter) => fits(filter, key)))
    .map((rule) => ({ configurationId: rule.Id, destinationArn: rule.LambdaFunctionArn }))
}

/** `s3:ObjectCreated:*` covers every event of its family. */
export function covers(pattern: string, eventName: string): boolean {
  return pattern.endsWith(':*') ? eventName.startsWith(pattern.slice(0, -1)) : pattern === eventName
}

function fits({ Name: name = '', Value: value = '' }: FilterRule, key: string): boolean {
  return name.toLowerCase() === 'suffix' ? key.endsWith(value) : key.startsWith(value)
}
