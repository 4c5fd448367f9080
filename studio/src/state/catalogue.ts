/** What is known of each model: its description, its controls' help, its figures. */
import { computed, signal } from "@preact/signals";
import { get } from "../wire/http";
import { wire } from "../wire/wire";
import { model } from "./engine";

export interface About {
  readonly name: string;
  readonly title: string;
  readonly technique: string;
  readonly architecture: string;
  readonly description: string;
  readonly controls: ReadonlyArray<{ readonly name: string; readonly description: string }>;
  readonly sections?: ReadonlyArray<{ readonly name: string; readonly title: string }>;
  readonly evaluation: unknown;
  readonly shipped: boolean;
}

export const catalogue = signal<readonly About[]>([]);
export const aboutModel = (name: string): About | undefined => catalogue.value.find((one) => one.name === name);

/** The sections of the model in force: bands have them. */
export const sections = computed(() => aboutModel(model.value)?.sections ?? []);

export async function fetchCatalogue(): Promise<void> {
  try {
    catalogue.value = (await get<{ models: About[] }>("/api/models")).models;
  } catch { /* the sliders work without their help */ }
}
wire.on("picture", () => void fetchCatalogue());
// A model that has just been trained.
wire.on("model/item", ([name]) => void (catalogue.value.length && !aboutModel(String(name)) && fetchCatalogue()));
