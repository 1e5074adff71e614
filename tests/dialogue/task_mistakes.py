"""A flow with one of everything that tasks may have, and what can be wrong with it."""

from tests.dialogue.flows import SMALL

TASKS = """\
tasks:
  - name: cancel
    matter: cancelling your order
    examples: [cancel my order]
    otherwise: delivery
    slots:
      order: {type: order, status: pending}
      reason:
        type: choice
        choices:
          - {value: no longer needed, name: not needed, examples: [I do not need it]}
          - {value: ordered by mistake, name: a mistake}
    tool: cancel_pending_order
    refused:
      not_pending: {say: "It is {status}.", task: give-back}
  - name: give-back
    matter: your return
    keywords: [return]
    slots:
      order: {type: order}
      items: {type: items, prompt: "Which of {items}?"}
      payment: {type: payment, refund: true}
    tool: return_delivered_order_items
  - name: swap
    matter: your exchange
    examples: [swap the shoes]
    slots:
      order: {type: order}
      items: {type: items}
      new: {type: new-items}
      payment: {type: payment, prompt: "How: {options}?"}
    tool: exchange_delivered_order_items
  - name: status
    matter: your order
    examples: [where is it]
    slots:
      order: {type: order}
    tool: get_order_details
    say:
      - {when: {status: [delivered], refund: "yes"}, text: "{items} came back."}
      - {text: "It is {status}."}
    transfer: desk
  - name: note
    matter: a note
    examples: [take a note]
    slots:
      order: {type: order, optional: true}
      how: {type: choice, choices: [{value: call, name: a call}, {value: mail, name: a mail}]}
      phone: {type: phone, when: {how: call}}
      what: {type: text}
    tool: open_ticket
    arguments: {subject: note, text: "{order_id} {what} {phone} {how}"}
    say: [{text: "Number {ticket}."}]
    then: give-back
wording: {ticket: "It is {ticket}."}
"""

FLOW = SMALL + TASKS
"""What a flow with tasks may have, right."""

# What is replaced by what, the key, what is expected and found; the line is that of the replacement.
CASES = [
    # tools and what they are given
    (
        "cancel_pending_order",
        "cancel_pendin_order",
        "tasks.0.tool",
        "perhaps 'cancel_pending_order'",
        "pendin",
    ),
    (
        "tool: get_order_details",
        "tool: get_item_details",
        "tasks.3.tool",
        "an argument for the 'item_id'",
        "none",
    ),
    (
        "{type: order, status: pending}",
        "{type: order, optional: true}",
        "tasks.0.slots.order.optional",
        "a slot that is asked for",
        "optional",
    ),
    (
        "payment: {type: payment, prompt",
        "payment: {type: payment, argument: pay, prompt",
        "tasks.2.slots.payment.argument",
        "payment_method_id",
        "'pay'",
    ),
    ("subject: note", "subjct: note", "tasks.4.arguments.subjct", "perhaps 'subject'", "'subjct'"),
    (
        "      what: {type: text}",
        "      what: {type: text}\n      when: {type: date}",
        "tasks.4.slots.when",
        "or its use in arguments",
        "which nothing is done with",
    ),
    (
        "{what} {phone} {how}",
        "{what} {phne} {how} {phone}",
        "tasks.4.arguments.text",
        "perhaps 'phone'",
        "{phne}",
    ),
    (
        "{what} {phone} {how}",
        "{what {phone} {how}",
        "tasks.4.arguments.text",
        "braces in pairs",
        "{what {phone}",
    ),
    (
        "value: no longer needed",
        "value: no more",
        "tasks.0.slots.reason.choices.0.value",
        "no longer needed, ordered by mistake",
        "'no more'",
    ),
    # slots among one another
    (
        "      order: {type: order}\n      items: {type: items, p",
        "      items: {type: items, p",
        "tasks.1.slots.items",
        "a slot of the type order before",
        "none",
    ),
    (
        "      order: {type: order}\n      items: {type: items}\n",
        "      order: {type: order}\n",
        "tasks.2.slots.new",
        "a slot of the type items before",
        "none",
    ),
    ("status: pending}", "status: pendng}", "tasks.0.slots.order.status.0", "perhaps 'pending'", "'pendng'"),
    ("{how: call}", "{hw: call}", "tasks.4.slots.phone.when.hw", "perhaps 'how'", "'hw'"),
    ("{how: call}", "{what: call}", "tasks.4.slots.phone.when.what", "a slot before this one", "'what'"),
    ("{how: call}", "{how: cal}", "tasks.4.slots.phone.when.how", "perhaps 'call'", "'cal'"),
    (
        "{value: mail,",
        "{value: call,",
        "tasks.4.slots.how.choices.1.value",
        "each value once",
        "'call' again",
    ),
    (
        "how: {type: choice,",
        "how: {type: choice, default: fax,",
        "tasks.4.slots.how.default",
        "(call, mail)",
        "'fax'",
    ),
    # texts and conditions
    (
        'text: "It is {status}."',
        'text: "It is {statos}."',
        "tasks.3.say.1.text.en",
        "perhaps 'status'",
        "{statos}",
    ),
    (
        'text: "It is {status}."',
        'text: "It is {status:>5}."',
        "tasks.3.say.1.text.en",
        "a field",
        "{status:>5}",
    ),
    (
        'text: "It is {status}."',
        'text: "It is {status."',
        "tasks.3.say.1.text.en",
        "braces in pairs",
        "'It is {status.'",
    ),
    (
        'say: "It is {status}."',
        'say: "It is {items}."',
        "tasks.0.refused.not_pending.say.en",
        "(order_id, status)",
        "{items}",
    ),
    (
        '"Which of {items}?"',
        '"Which of {item}?"',
        "tasks.1.slots.items.prompt.0.en",
        "perhaps 'items'",
        "{item}",
    ),
    (
        'ticket: "It is {ticket}."',
        'ticket: "It is {tickt}."',
        "wording.ticket.en",
        "perhaps 'ticket'",
        "{tickt}",
    ),
    (
        "{status: [delivered]",
        "{stats: [delivered]",
        "tasks.3.say.0.when.stats",
        "perhaps 'status'",
        "'stats'",
    ),
    (
        "{status: [delivered]",
        "{status: [deliverd]",
        "tasks.3.say.0.when.status",
        "perhaps 'delivered'",
        "'deliverd'",
    ),
    ('refund: "yes"}', "refund: maybe}", "tasks.3.say.0.when.refund", "(no, yes)", "'maybe'"),
    ('      - {text: "It is {status}."}\n', "", "tasks.3.say", "a last text without 'when'", "none"),
    (
        'say: [{text: "Number {ticket}."}]',
        "say: [{text: Noted.}, {text: Thanks.}]",
        "tasks.4.say.0",
        "only at the end",
        "never said",
    ),
    (
        "    tool: cancel_pending_order\n",
        "    tool: cancel_pending_order\n    say: [{text: Gone.}]\n",
        "tasks.0.say",
        "sentences of its own",
        "texts",
    ),
    (
        '{say: "It is {status}.", task: give-back}',
        "{}",
        "tasks.0.refused.not_pending",
        "one of say, task, transfer",
        "none",
    ),
    (
        'status}.", task: give-back',
        'status}.", task: give-back, transfer: desk',
        "tasks.0.refused.not_pending",
        "a task or a transfer",
        "both",
    ),
    ("not_pending:", "not_pendin:", "tasks.0.refused", "codes of refusals", "a group"),
    # where tasks lead, and what leads to them
    (
        "task: give-back",
        "task: giveback",
        "tasks.0.refused.not_pending.task",
        "perhaps 'give-back'",
        "'giveback'",
    ),
    ("then: give-back", "then: return", "tasks.4.then", "a task that exists", "'return'"),
    ("otherwise: delivery", "otherwise: delivry", "tasks.0.otherwise", "perhaps 'delivery'", "'delivry'"),
    (
        "transfer: desk\n  - name: note",
        "transfer: dsk\n  - name: note",
        "tasks.3.transfer",
        "perhaps 'desk'",
        "'dsk'",
    ),
    ("task: give-back}", "transfer: dsk}", "tasks.0.refused.not_pending.transfer", "perhaps 'desk'", "'dsk'"),
    ("{answer: delivery}", "{task: cancl}", "menu.keys.1.task", "perhaps 'cancel'", "'cancl'"),
    ("text: Two days.", "text: Two days.\n    task: statu", "answers.0.task", "perhaps 'status'", "'statu'"),
    (
        "keywords: [return]",
        "then: cancel",
        "tasks.0.refused.not_pending.task",
        "come to an end",
        "cancel → give-back → cancel",
    ),
    (
        "examples: [where is it]",
        "then: status",
        "tasks.3.then",
        "tasks that come to an end",
        "status → status",
    ),
    ("    examples: [swap the shoes]\n", "", "tasks.2", "examples, or a known answer, key or task", "none"),
    (
        "examples: [where is it]",
        "examples: [Swap the shoes!]",
        "tasks.3.examples",
        "of this task only",
        "'swap' has too",
    ),
    (
        "examples: [where is it]",
        "examples: [How long does delivery take]",
        "tasks.3.examples",
        "of this task only",
        "'delivery' has too",
    ),
    ("name: swap", "name: cancel", "tasks.2.name", "each task's name once", "'cancel' again"),
    (
        "name: swap",
        "name: delivery",
        "tasks.2.name",
        "a name that no known answer has",
        "the known answer on line",
    ),
]
