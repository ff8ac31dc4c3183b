// cloud-pocket.component.ts — <cloud-pocket> as an Angular component: (unread)="count = $event.unread" and so on.
import { Component, ElementRef, EventEmitter, inject, Input, OnChanges, OnDestroy, OnInit, Output } from "@angular/core";

type Told = { version: 1; [name: string]: unknown };
const attributes = ["src", "client", "mode", "office", "document", "lang", "scheme", "label"] as const;
const events = ["ready", "unread", "opened", "downloaded", "acknowledged", "expiring", "ended", "error"] as const;

@Component({ selector: "app-cloud-pocket", standalone: true, template: "" })
export class CloudPocketComponent implements OnInit, OnChanges, OnDestroy {
  @Input() src!: string;
  @Input() client!: string;
  @Input() mode?: string;
  @Input() office?: string;
  @Input() document?: string;
  @Input() lang?: string;
  @Input() scheme?: string;
  @Input() label?: string;
  @Input() theme?: object;
  @Input() fetchEmbedCode?: (options: { signal: AbortSignal }) => Promise<string>;
  @Output() ready = new EventEmitter<Told>();
  @Output() unread = new EventEmitter<Told>();
  @Output() opened = new EventEmitter<Told>();
  @Output() downloaded = new EventEmitter<Told>();
  @Output() acknowledged = new EventEmitter<Told>();
  @Output() expiring = new EventEmitter<Told>();
  @Output() ended = new EventEmitter<Told>();
  @Output() error = new EventEmitter<Told>();
  private pocket?: HTMLElement & { theme?: object; fetchEmbedCode?: unknown };
  private host = inject<ElementRef<HTMLElement>>(ElementRef);

  ngOnInit(): void {
    const pocket = (this.pocket = document.createElement("cloud-pocket"));
    for (const name of events) pocket.addEventListener(name, (event) => this[name].emit((event as CustomEvent<Told>).detail));
    this.ngOnChanges();
    this.host.nativeElement.append(pocket);
    void import(/* @vite-ignore */ /* webpackIgnore: true */ `${this.src}/embed.js`);
  }

  ngOnChanges(): void {
    if (!this.pocket) return;
    for (const name of attributes) if (this[name] != null) this.pocket.setAttribute(name, this[name]);
    Object.assign(this.pocket, { theme: this.theme, fetchEmbedCode: this.fetchEmbedCode });
  }

  ngOnDestroy(): void {
    this.pocket?.remove();
  }
}
