from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('committees', '0003_further_seats_concurrent'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='affiliation',
            constraint=models.UniqueConstraint(condition=models.Q(('concurrent', False), ('place__isnull', False), ('to_on', None), models.Q(('post', 'secretary'), ('in_charge', True), _connector='OR')), fields=('person',), name='affiliation_one_own_seat'),
        ),
    ]
