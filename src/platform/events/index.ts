export { EventErrors } from './errors.ts'
export {
  createEventBus,
  type DeliveredEvent,
  type EventBus,
  type SubscribeOptions,
  type Subscriber,
} from './event-bus.ts'
export { migrations } from './migrations.ts'
export { pendingMax, publishEvent, type NewEvent } from './outbox.ts'
