import type { Context, Tracer } from '@opentelemetry/api';
import { UserError } from '../config/userError.ts';
import type { LangSmithRun } from './sentRun.ts';

/** What LangSmith's exporter requires of a span, and the attribute that names its example (langsmith/experimental/otel). */
const [TRACEABLE_ATTRIBUTE, EXAMPLE_ATTRIBUTE] = ['langsmith.traceable', 'langsmith.reference_example_id'];

type OtelApi = typeof import('@opentelemetry/api');

/**
 * A span of OpenTelemetry for each run. LangSmith's client fills the span that is active while a run is handed to it; LangChain's
 * tracer makes none, so they are made here.
 */
export class Spans {
  readonly #api: OtelApi;
  readonly #tracer: Tracer;
  /** Runs under way: the context with their span, and their trace's first span. */
  readonly #open = new Map<string, { context: Context; span: string; root: string }>();

  constructor(api: OtelApi) {
    this.#api = api;
    this.#tracer = api.trace.getTracer('drpo');
  }

  /** Starts a run's span under its parent's, and hands the run over within it. */
  start<T>(
    { id = '', name, parent_run_id, start_time, reference_example_id }: LangSmithRun,
    send: () => Promise<T>,
  ): Promise<T> {
    const { context: contexts, trace, ROOT_CONTEXT } = this.#api;
    const above = this.#open.get(parent_run_id ?? '');
    const example = reference_example_id === undefined ? {} : { [EXAMPLE_ATTRIBUTE]: reference_example_id };
    const startTime = new Date(start_time ?? Date.now());
    const started = this.#tracer.startSpan(
      name,
      { startTime, attributes: { [TRACEABLE_ATTRIBUTE]: 'true', ...example } },
      above?.context ?? ROOT_CONTEXT,
    );
    const context = trace.setSpan(above?.context ?? ROOT_CONTEXT, started);
    const span = started.spanContext().spanId;
    this.#open.set(id, { context, span, root: above?.root ?? span });
    return contexts.with(context, send);
  }

  /** Hands over how a run ended; the client ends its span. */
  end<T>(id: string, send: () => Promise<T>): Promise<T> {
    const open = this.#open.get(id);
    this.#open.delete(id);
    return open ? this.#api.context.with(open.context, send) : send();
  }

  /** The ids that LangSmith gives a run that it receives as a span: its feedback needs them. */
  getLangSmithIds(id: string): { runId: string; traceId: string } | undefined {
    const open = this.#open.get(id);
    return open && { runId: toUuid(open.span), traceId: toUuid(open.root) };
  }
}

/** As LangSmith does it (langsmith/experimental/otel/utils). */
const toUuid = (span: string): string => `00000000-0000-0000-${span.slice(0, 4)}-${span.slice(4)}`;

/** Sets up LangSmith's exporter. @throws UserError if the packages it needs are not installed */
export async function openSpans(projectName: string): Promise<Spans> {
  try {
    const { initializeOTEL } = await import('langsmith/experimental/otel/setup');
    initializeOTEL({ exporterConfig: { projectName } });
    return new Spans(await import('@opentelemetry/api'));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error;
    throw new UserError(
      `LANGSMITH_OTEL_ENABLED: expected the packages of OpenTelemetry, got none; npm install ${OTEL_PACKAGES.join(' ')}, or unset it`,
    );
  }
}

/** The versions LangSmith's exporter works with. */
const OTEL_PACKAGES = [
  '@opentelemetry/api@1',
  '@opentelemetry/sdk-trace-base@2',
  '@opentelemetry/exporter-trace-otlp-proto@0.223',
  '@opentelemetry/context-async-hooks@2',
];
