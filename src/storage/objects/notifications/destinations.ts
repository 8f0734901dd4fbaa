import type { EventBus } from '#platform/events'
import { messageOf } from './message.ts'
import { objectEventsTopic, type ObjectEvent } from './object-event.ts'

/** A function that is to be called with a message about an object. */
export interface NotificationTarget {
  readonly destinationArn: string
  /** The owner of the bucket. */
  readonly accountId: string
  readonly bucket: string
}

/**
 * What buckets may notify: the port that the module of functions fills. A destination is called as the service
 * `s3.amazonaws.com`, on behalf of the bucket (`arn:aws:s3:::<bucket>`) and its account.
 */
export interface FunctionDestination {
  /** Whether there is such a function, and it lets the bucket call it. */
  accepts(target: NotificationTarget): Promise<boolean>
  /**
   * Takes the message over: an asynchronous invocation. What it throws is tried again, so a function that is gone, or lets
   * the bucket in no more, must not throw: that message is lost, as on AWS.
   */
  invoke(target: NotificationTarget, message: string): Promise<void>
}

/** Delivers events of objects from the outbox. */
export function deliverObjectEvents(parts: {
  readonly events: EventBus
  readonly functions: FunctionDestination
  /** The id by which messages name a bucket's owner. */
  readonly ownerId: (accountId: string) => Promise<string>
}): void {
  const { events, functions, ownerId } = parts
  events.subscribe(objectEventsTopic, async ({ payload, sequence }) => {
    const event = payload as ObjectEvent
    const { destinationArn, accountId, bucket } = event
    const message = messageOf(event, sequence, await ownerId(accountId))
    await functions.invoke({ destinationArn, accountId, bucket }, message)
  })
}
