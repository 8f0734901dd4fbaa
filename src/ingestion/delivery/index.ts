export type { DeliveryRole, DeliveryRoles, RoleSession } from './access/roles.ts'
export {
  channelArn,
  parseChannelArn,
  type Channel,
  type ChannelSource,
} from './channels/channel.ts'
export {
  createChannels,
  nameOfChannel,
  type Channels,
  type NewChannel,
} from './channels/channels.ts'
export { compileKeyTemplate, defaultKeyTemplate } from './channels/key-template.ts'
export { createDelivery } from './create-delivery.ts'
export type { Delivery, DeliveryOptions, NewDelivery } from './delivery.ts'
export { DeliveryErrors } from './errors.ts'
export { flushSteps, type FlushStep, type OnFlushStep } from './flush.ts'
export { migrations } from './migrations.ts'
export {
  compressions,
  deliveryArn,
  type Compression,
  type Conversion,
  type DeliveryRef,
  type DeliveryScope,
  type DeliverySettings,
  type DeliverySource,
  type DeliveryStream,
  type HttpTarget,
  type IcebergTarget,
  type JsonReader,
  type LaneName,
  type LaneState,
  type S3Target,
  type Target,
  type TransformSettings,
} from './records.ts'
export type { FunctionCall, FunctionCaller, FunctionFailure } from './transforms/function-caller.ts'
export type {
  Tail,
  TailCut,
  TailFile,
  TailObject,
  TailRows,
  TailTable,
  Tails,
} from './tail/tails.ts'
