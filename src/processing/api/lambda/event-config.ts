import type { DestinationConfig, FunctionEventInvokeConfig } from '@aws-sdk/client-lambda'
import {
  functionArn,
  type EventConfig,
  type EventConfigSettings,
  type FunctionRef,
} from '#processing/functions'
import { refused } from './subject.ts'

interface Input {
  readonly MaximumRetryAttempts?: number | undefined
  readonly MaximumEventAgeInSeconds?: number | undefined
  readonly DestinationConfig?: DestinationConfig | undefined
}

/** Only what is given. */
export function eventConfigOf(input: Input): EventConfigSettings {
  const { MaximumRetryAttempts: retriesMax, MaximumEventAgeInSeconds: ageSecondsMax } = input
  const { OnSuccess: onSuccess, OnFailure: onFailure } = input.DestinationConfig ?? {}
  return {
    ...(retriesMax === undefined ? {} : { retriesMax }),
    ...(ageSecondsMax === undefined ? {} : { ageSecondsMax }),
    ...(onSuccess ? { onSuccess: destinationOf(onSuccess.Destination, false) } : {}),
    ...(onFailure ? { onFailure: destinationOf(onFailure.Destination, true) } : {}),
  }
}

/** Functions, and buckets for failures: SQS, SNS and EventBridge are not there. Undefined for none. */
export function destinationOf(arn: string | undefined, isFailure: boolean): string | undefined {
  if (arn === undefined || arn === '') return undefined
  const isFunction = /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:/.test(arn)
  const isBucket = /^arn:aws[a-z-]*:s3:::[^/]+$/.test(arn)
  if (isFunction || (isBucket && isFailure)) return arn
  throw refused(
    `The destination ARN ${arn} is invalid: a function${isFailure ? ', or a bucket,' : ''} can be a destination`,
  )
}

export function toEventInvokeConfig(
  ref: FunctionRef,
  config: EventConfig,
): FunctionEventInvokeConfig {
  const { ageSecondsMax, retriesMax, onSuccess, onFailure } = config.settings
  return {
    LastModified: new Date(config.modifiedMs),
    FunctionArn: functionArn(ref, config.qualifier),
    MaximumRetryAttempts: retriesMax,
    MaximumEventAgeInSeconds: ageSecondsMax,
    DestinationConfig: {
      OnSuccess: onSuccess === undefined ? {} : { Destination: onSuccess },
      OnFailure: onFailure === undefined ? {} : { Destination: onFailure },
    },
  }
}
