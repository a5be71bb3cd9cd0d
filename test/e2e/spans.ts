/** A span as it arrives at an endpoint of OpenTelemetry. */
export interface Span {
  trace: string;
  id: string;
  parent: string;
  name: string;
  attributes: Record<string, string>;
  ended: boolean;
}

type Field = { number: number; bytes: Buffer };

/** The fields of a protobuf message; numbers are given as no bytes. */
function* fieldsOf(message: Buffer): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let [value, shift] = [0, 1];
    for (;;) {
      const byte = message[at++] ?? 0;
      value += (byte & 127) * shift;
      shift *= 128;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const [number, wire] = [tag >> 3, tag & 7];
    const length = wire === 2 ? varint() : wire === 1 ? 8 : wire === 5 ? 4 : (varint(), 0);
    yield { number, bytes: message.subarray(at, (at += length)) };
  }
}

const all = (message: Buffer, number: number): Buffer[] =>
  [...fieldsOf(message)].filter((field) => field.number === number).map(({ bytes }) => bytes);
const one = (message: Buffer, number: number): Buffer => all(message, number)[0] ?? Buffer.alloc(0);

/** The spans of a request: ExportTraceServiceRequest > ResourceSpans > ScopeSpans > Span (opentelemetry-proto, trace.proto). */
export const spansIn = (body: Buffer): Span[] =>
  all(body, 1)
    .flatMap((resource) => all(resource, 2))
    .flatMap((scope) => all(scope, 2))
    .map((span) => ({
      trace: one(span, 1).toString('hex'),
      id: one(span, 2).toString('hex'),
      parent: one(span, 4).toString('hex'),
      name: one(span, 5).toString(),
      ended: one(span, 8).length === 8,
      attributes: Object.fromEntries(
        all(span, 9).map((pair) => [one(pair, 1).toString(), one(one(pair, 2), 1).toString()]),
      ),
    }));
