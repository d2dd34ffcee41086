//! Fields to type into, each under its label.

use leptos::prelude::*;

/// What a field is, apart from what is typed into it.
#[derive(Clone, Copy, Default)]
pub struct FieldKind {
    /// `type` of the input; empty for `text`.
    pub input: &'static str,
    /// Name in the form.
    pub name: &'static str,
    /// The word that password managers go by; empty for fields they are to leave alone.
    pub autocomplete: &'static str,
    /// Most characters; 0 for as many as one likes.
    pub max_chars: u32,
    /// Lines that are seen at once; 0 for a field of one line.
    pub lines: u32,
}

/// A field for one of the texts of what a form holds. It follows when that is changed otherwise.
#[component]
pub fn Field<T: Clone + Send + Sync + 'static>(
    /// What is typed into the form.
    typed: RwSignal<T>,
    /// Which of its texts.
    read: fn(&mut T) -> &mut String,
    /// What to type.
    label: &'static str,
    /// More about it, below.
    #[prop(optional)]
    hint: &'static str,
    /// What is shown as long as it is empty.
    #[prop(optional, into)]
    placeholder: Signal<&'static str>,
    /// What kind of field.
    #[prop(optional)]
    kind: FieldKind,
) -> impl IntoView {
    let text = Signal::derive(move || read(&mut typed.get()).clone());
    let on_text = Callback::new(move |text| typed.update(|typed| *read(typed) = text));
    labelled(label, hint, input(kind, placeholder, text, on_text))
}

/// The element to type into; once for all kinds of forms.
fn input(
    kind: FieldKind,
    placeholder: Signal<&'static str>,
    text: Signal<String>,
    on_text: Callback<String>,
) -> AnyView {
    let FieldKind { input, name, autocomplete, max_chars, lines } = kind;
    let autocomplete = if autocomplete.is_empty() { "off" } else { autocomplete };
    let max_chars = (max_chars > 0).then(|| max_chars.to_string());
    if lines > 0 {
        return view! {
            <textarea
                class="input"
                name=name
                rows=lines.to_string()
                maxlength=max_chars
                autocomplete=autocomplete
                autocapitalize="off"
                spellcheck="false"
                prop:value=text
                on:input=move |event| on_text.run(event_target_value(&event))
            ></textarea>
        }
        .into_any();
    }
    view! {
        <input
            class="input"
            type=if input.is_empty() { "text" } else { input }
            name=name
            maxlength=max_chars
            autocomplete=autocomplete
            placeholder=placeholder
            autocapitalize="off"
            spellcheck="false"
            prop:value=text
            on:input=move |event| on_text.run(event_target_value(&event))
        />
    }
    .into_any()
}

fn labelled(label: &'static str, hint: &'static str, input: AnyView) -> impl IntoView {
    view! {
        <label class="field">
            <span>{label}</span>
            {input}
            {(!hint.is_empty()).then(|| view! { <small class="muted">{hint}</small> })}
        </label>
    }
}
