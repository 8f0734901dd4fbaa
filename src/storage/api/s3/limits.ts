import type { LimitTable } from '#protocol/aws'

/** S3 says what is wrong in its own words, so almost every limit is checked where the words are known. */
export const limits: LimitTable = {
  'DeleteObjectsRequest.Delete.Objects': { min: 1, max: 1000 },
  'PutBucketCorsRequest.CORSConfiguration.CORSRules': { min: 1, max: 100 },
  'PutBucketVersioningRequest.VersioningConfiguration.Status': { enum: ['Enabled', 'Suspended'] },
  'PutBucketAccelerateConfigurationRequest.AccelerateConfiguration.Status': {
    enum: ['Enabled', 'Suspended'],
    required: true,
  },
  'PutBucketRequestPaymentRequest.RequestPaymentConfiguration.Payer': {
    enum: ['Requester', 'BucketOwner'],
  },
  'PutBucketOwnershipControlsRequest.OwnershipControls.Rules': { min: 1, max: 1 },
  'PutBucketOwnershipControlsRequest.OwnershipControls.Rules[].ObjectOwnership': {
    enum: ['BucketOwnerPreferred', 'ObjectWriter', 'BucketOwnerEnforced'],
  },
  'PutBucketEncryptionRequest.ServerSideEncryptionConfiguration.Rules': { min: 1, max: 1 },
}
