import { elapsedMs, uuid, type Logger } from '#kit'
import type { WireRequest, WireResponse } from '#protocol/http'
import type { Authenticated } from './authenticator.ts'
import { defaultBodyBytesMax, readBody } from './body.ts'
import { answerPreflight, corsHeaders } from './cors.ts'
import { isFormUpload } from './form-upload/is-form-upload.ts'
import type { Authorization, GatewayOptions } from './gateway.ts'
import type { OperationPlan, ServicePlan } from './plan.ts'
import { perform } from './perform.ts'
import { formOf } from './query/form.ts'
import { toFailure } from './refusal.ts'
import type { Repeats } from './repeats.ts'
import { checkHeaders } from './request-head.ts'
import { listColumns } from './list-columns.ts'
import { resolveByForm } from './resolve-by-form.ts'
import { scopeService, type Resolution } from './resolve.ts'
import { objectOf, s3Address, type S3Address } from './rest-xml/address.ts'
import { s3RequestId } from './rest-xml/ids.ts'
import { route, type Route } from './route.ts'
import { AwsError, type BoundService, type ObjectName } from './service.ts'
import { notImplemented, unknownOperation, unknownService } from './unknown.ts'
import type { Inbound, Outbound, Payload, Wire } from './wire.ts'
import { wireOf, type WireName } from './wires.ts'

const nothing = Buffer.alloc(0)

/** What the gateway keeps for all exchanges. */
export interface ExchangeMeans {
  readonly resolve: (request: WireRequest) => Resolution
  readonly planOf: (bound: BoundService) => Promise<ServicePlan>
  readonly repeats: Repeats
  /** By what the answer may be kept in `repeats`. */
  readonly name: string | undefined
}

/** One request on its way through the gateway; the fields fill as more is known. */
export class Exchange {
  readonly #options: GatewayOptions
  readonly #means: ExchangeMeans
  readonly #startedMs = elapsedMs()
  readonly #receivedAtMs: number
  #request: WireRequest
  #requestId = ''
  #protocol: WireName = 'restJson1'
  #wire: Wire | undefined
  #service: ServicePlan | undefined
  #operation: string | undefined
  #address: S3Address | undefined
  /** The service that says which origins may see the answer. */
  #sharing: BoundService | undefined
  #authenticated: Authenticated | undefined
  /** Headers that tell where the bucket of a request is. */
  #placed: Readonly<Record<string, string>> | undefined
  readonly #told: { input?: unknown; output?: unknown } = {}
  /** What the answer may be kept of, with its state before anything was decided. */
  #seen: { readonly object: ObjectName; readonly state: number } | undefined

  constructor(options: GatewayOptions, request: WireRequest, means: ExchangeMeans) {
    this.#options = options
    this.#request = request
    this.#means = means
    this.#receivedAtMs = options.clock.now()
  }

  async answer(): Promise<WireResponse> {
    let errorCode: string | undefined
    let errorMessage: string | undefined
    let response: WireResponse
    try {
      response = await this.#run()
    } catch (error) {
      const wire = this.#wire ?? (await wireOf(this.#protocol))
      this.#requestId ||= uuid()
      const failure = toFailure(error, wire, this.#service, this.#request, this.#log())
      errorCode = failure.name
      errorMessage = failure.message
      response = wire.fail(failure, this.#outbound())
    }
    if (this.#placed) {
      response = { ...response, headers: { ...response.headers, ...this.#placed } }
    }
    response = await this.#shared(response)
    this.#options.observe?.({
      requestId: this.#requestId,
      service: this.#service?.definition.name,
      operation: this.#operation,
      protocol: this.#protocol,
      status: response.status,
      errorCode,
      errorMessage,
      durationMs: elapsedMs() - this.#startedMs,
      receivedAtMs: this.#receivedAtMs,
      caller: this.#authenticated?.caller,
      region: this.#authenticated?.region,
      input: this.#told.input,
      output: this.#told.output,
      request: this.#request,
    })
    const lent = listColumns(this.#told.input)
    if (lent) {
      lent.columns.letGo()
      this.#authenticated!.release?.()
    }
    return response
  }

  async #run(): Promise<WireResponse> {
    const resolution = await this.#resolveService()
    this.#protocol = resolution.protocol
    const wire = await wireOf(resolution.protocol)
    this.#wire = wire
    const isRest = wire.protocol === 'restXml' || wire.protocol === 'restJson1'
    this.#requestId = wire.protocol === 'restXml' ? s3RequestId() : uuid()
    if (!resolution.bound) throw unknownService(resolution)
    const { definition } = resolution.bound
    if (definition.name === 's3') {
      this.#address = s3Address(this.#request.headers['host'], this.#request.rawPath)
    }
    checkHeaders(this.#request, definition)
    const { bucket, path } = this.#address ?? {}
    if (definition.cors && bucket !== undefined) {
      this.#sharing = resolution.bound
      if (this.#request.method === 'OPTIONS') {
        return answerPreflight(resolution.bound, this.#request, bucket, path !== '/')
      }
    }
    const service = await this.#means.planOf(resolution.bound)
    this.#service = service
    const object = this.#means.name === undefined ? undefined : objectOf(this.#address)
    if (object && definition.state) {
      this.#seen = { object, state: definition.state(resolution.bound.context, object) }
    }
    if (isFormUpload(this.#request, this.#address)) return this.#upload(service, wire)
    const authenticated = await this.#options.authenticate.authenticate(this.#request, {
      service: definition.name,
      protocol: wire.protocol,
    })
    this.#authenticated = authenticated

    const bytesMax = definition.bodyBytesMax ?? defaultBodyBytesMax
    const encoding = this.#request.headers['content-encoding']
    let inbound: Inbound
    let operation: OperationPlan
    if (isRest) {
      const found = this.#route(service, wire)
      operation = found.operation
      await this.#place(resolution.bound, operation, this.#request)
      const payload: Payload = operation.streams
        ? authenticated.body
        : authenticated.bytes?.length === 0
          ? nothing
          : await readBody(authenticated, encoding, bytesMax, wire)
      if (definition.checkBody && payload instanceof Uint8Array) {
        const { trailers } = authenticated
        await definition.checkBody({
          operation: operation.name,
          bytes: payload,
          request: this.#request,
          trailers,
        })
      }
      const contentLength = authenticated.contentLength
      inbound = { request: this.#request, payload, contentLength, labels: found.labels }
    } else {
      const payload = await readBody(authenticated, encoding, bytesMax, wire)
      const form = wire.protocol === 'awsQuery' ? formOf(this.#request, payload) : undefined
      operation = this.#named(
        service,
        form ? (form.get('Action') ?? '') : (resolution.operation ?? ''),
      )
      inbound = { request: this.#request, payload, form }
    }
    if (!operation.operation) throw notImplemented(operation, wire)
    return this.#perform(service, operation, wire, inbound)
  }

  /** Refuses what is asked elsewhere than where the bucket is. */
  async #place(
    { definition, context }: BoundService,
    operation: OperationPlan,
    request: WireRequest,
  ): Promise<void> {
    const bucket = this.#address?.bucket
    if (!definition.placement || bucket === undefined) return
    const isScoped = scopeService(request) !== undefined
    const found = definition.placement(
      {
        operation: operation.name,
        bucket,
        region: isScoped ? this.#authenticated!.region : undefined,
        caller: this.#authenticated!.caller,
        request,
      },
      context,
    )
    const placement = found instanceof Promise ? await found : found
    if (!placement) return
    this.#placed = placement.headers
    if (placement.refusal) throw new AwsError(placement.refusal)
  }

  /** S3's upload by a form of a browser: a PutObject in other clothes. */
  async #upload(service: ServicePlan, wire: Wire): Promise<WireResponse> {
    const operation = this.#named(service, 'PutObject')
    const { openFormUpload } = await import('./form-upload/open.ts')
    const upload = await openFormUpload(
      this.#request,
      this.#address!.bucket!,
      this.#options.authenticate,
      this.#receivedAtMs,
    )
    this.#authenticated = upload.authenticated
    await this.#place(service, operation, upload.inbound.request)
    if (!operation.operation) throw notImplemented(operation, wire)
    return upload.answer(await this.#perform(service, operation, wire, upload.inbound))
  }

  async #perform(
    service: ServicePlan,
    operation: OperationPlan,
    wire: Wire,
    inbound: Inbound,
  ): Promise<WireResponse> {
    const { response, authorization, isRepeatable } = await perform({
      authorize: this.#options.authorize,
      service,
      operation,
      wire,
      inbound,
      outbound: this.#outbound(),
      request: this.#request,
      receivedAtMs: this.#receivedAtMs,
      authenticated: this.#authenticated!,
      told: this.#told,
      log: () => this.#log(),
    })
    if (isRepeatable) this.#keep(service, operation, response, authorization)
    return response
  }

  /** Keeps the answer for the next who asks the same. */
  #keep(
    service: ServicePlan,
    operation: OperationPlan,
    { status, headers, body }: WireResponse,
    authorization: Authorization | void,
  ): void {
    const { name, repeats } = this.#means
    const again = authorization?.again
    const seen = this.#seen
    if (name === undefined || !seen || Number.isNaN(seen.state) || !again || this.#placed) return
    const isHead = this.#request.method === 'HEAD'
    if (status !== 200 || !(isHead || body instanceof Uint8Array)) return
    const { 'x-amz-request-id': _id, 'x-amz-id-2': _id2, ...lasting } = headers
    repeats.keep(name, {
      ...seen,
      service,
      operation,
      caller: this.#authenticated!.caller,
      region: this.#authenticated!.region,
      again,
      input: this.#told.input,
      output: this.#told.output,
      headers: lasting,
      body: isHead ? undefined : (body as Uint8Array),
    })
  }

  /** The same answer, for a page of another origin to see if it may. */
  async #shared(response: WireResponse): Promise<WireResponse> {
    const { method, headers } = this.#request
    const bucket = this.#address?.bucket
    if (!this.#sharing || bucket === undefined || !headers['origin'] || method === 'OPTIONS') {
      return response
    }
    try {
      const own = await corsHeaders(this.#sharing, this.#request, bucket)
      return { ...response, headers: { ...response.headers, ...own } }
    } catch (error) {
      // The answer stands without them.
      this.#log().error({ err: error }, 'the rules for other origins could not be read')
      return response
    }
  }

  async #resolveService(): Promise<Resolution> {
    const resolution = this.#means.resolve(this.#request)
    if (!resolution.byQueryVersion) return resolution
    this.#protocol = 'awsQuery'
    const found = await resolveByForm(this.#request, this.#options.services)
    this.#request = found.request
    return found.resolution
  }

  #named(service: ServicePlan, name: string): OperationPlan {
    const operation = service.operations.get(name)
    if (!operation) {
      this.#operation = undefined
      throw unknownOperation(name, this.#wire!)
    }
    this.#operation = name
    return operation
  }

  #route(service: ServicePlan, wire: Wire): Route {
    const found = route(service, this.#request, this.#address, wire)
    this.#operation = found.operation.name
    return found
  }

  #outbound(): Outbound {
    return {
      request: this.#request,
      requestId: this.#requestId,
      service: this.#service,
      address: this.#address,
    }
  }

  #log(): Logger {
    return this.#options.log.child({
      requestId: this.#requestId,
      service: this.#service?.definition.name,
      operation: this.#operation,
    })
  }
}
