import { FEATURE_SLOTS, type TextFeatures } from './text-features.js';

export interface LabelledFeatures {
  features: TextFeatures;
  label: string;
}

export interface Prediction {
  label: string;
  /** The model's share of belief, 0 to 1. */
  confidence: number;
}

/** Passes over the examples. More change no decision on the sample tickets. */
const EPOCHS = 12;
const LEARNING_RATE = 2;
/** Weight decay towards zero, applied to what an example touches. */
const DECAY = 1e-5;

/**
 * Multinomial logistic regression on hashed features, trained by stochastic gradient steps in a fixed pseudo-random
 * order: the same examples give the same weights, on any machine. A linear model on word and character n-grams beats
 * nearest neighbours on ticket-like texts by far.
 */
export class LinearClassifier {
  private constructor(
    readonly labels: readonly string[],
    /** By slot, then label: what one example touches lies together. */
    private readonly weights: Float32Array,
    private readonly bias: Float32Array,
  ) {}

  /**
   * Trains step by step: each `next()` is some hundred examples, so that a caller can let others work in between.
   * The generator returns the model.
   */
  static *training(examples: readonly LabelledFeatures[]): Generator<void, LinearClassifier> {
    const labels = [...new Set(examples.map(({ label }) => label))].sort();
    const model = new LinearClassifier(
      labels,
      new Float32Array(FEATURE_SLOTS * labels.length),
      new Float32Array(labels.length),
    );
    const target = examples.map(({ label }) => labels.indexOf(label));
    let sinceYield = 0;
    for (let epoch = 0; epoch < EPOCHS; epoch += 1) {
      const rate = LEARNING_RATE / (1 + epoch);
      for (const index of shuffled(examples.length, epoch + 1)) {
        const example = examples[index];
        if (example) model.step(example.features, target[index] ?? 0, rate);
        sinceYield += 1;
        if (sinceYield % 200 === 0) yield;
      }
    }
    return model;
  }

  /** Trains in one go. */
  static train(examples: readonly LabelledFeatures[]): LinearClassifier {
    const training = LinearClassifier.training(examples);
    for (;;) {
      const step = training.next();
      if (step.done) return step.value;
    }
  }

  predict(features: TextFeatures): Prediction {
    const shares = this.shares(features);
    let best = 0;
    shares.forEach((share, label) => {
      if (share > (shares[best] ?? 0)) best = label;
    });
    return { label: this.labels[best] ?? '', confidence: shares[best] ?? 0 };
  }

  private step(features: TextFeatures, target: number, rate: number): void {
    const shares = this.shares(features);
    const count = this.labels.length;
    for (let label = 0; label < count; label += 1) {
      const gradient = (shares[label] ?? 0) - (label === target ? 1 : 0);
      if (Math.abs(gradient) < 1e-4) continue;
      this.bias[label] = (this.bias[label] ?? 0) - 0.1 * rate * gradient;
      for (let index = 0; index < features.slots.length; index += 1) {
        const at = (features.slots[index] ?? 0) * count + label;
        const weight = this.weights[at] ?? 0;
        this.weights[at] = weight - rate * (gradient * (features.values[index] ?? 0) + DECAY * weight);
      }
    }
  }

  /** Softmax over the labels. */
  private shares(features: TextFeatures): Float64Array {
    const count = this.labels.length;
    const scores = Float64Array.from(this.bias);
    for (let index = 0; index < features.slots.length; index += 1) {
      const from = (features.slots[index] ?? 0) * count;
      const value = features.values[index] ?? 0;
      for (let label = 0; label < count; label += 1)
        scores[label] = (scores[label] ?? 0) + value * (this.weights[from + label] ?? 0);
    }
    const most = Math.max(...scores);
    const powers = scores.map((score) => Math.exp(score - most));
    const sum = powers.reduce((total, power) => total + power, 0);
    return powers.map((power) => power / sum);
  }
}

/** 0 to count - 1 in an order that depends on the seed alone (Fisher and Yates, with the generator mulberry32). */
function shuffled(count: number, seed: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  let state = seed * 0x9e3779b9;
  for (let last = count - 1; last > 0; last -= 1) {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    const other = ((bits ^ (bits >>> 14)) >>> 0) % (last + 1);
    const kept = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = kept;
  }
  return order;
}
